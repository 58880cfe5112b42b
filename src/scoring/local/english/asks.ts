import type { Lexicon } from '../lexicon.ts';

type Tactics = Lexicon['tactics'];

/** What they want to be told, opened or done. Asks for money stand in `money-asks.ts`. */
export const ENGLISH_ASKS: Pick<
  Tactics,
  | 'ask_code'
  | 'ask_identity'
  | 'ask_card'
  | 'ask_bank_login'
  | 'ask_remote_access'
  | 'ask_stay_on_line'
  | 'ask_lie_to_bank'
  | 'ask_press_or_call_back'
> = {
  ask_code: {
    clear: [
      '(sent|send|sending|text|texted|get|got|received) ~4 (pin|code|passcode|text|message|numbers) ~14 (what is|tell me|read|give me|say) ~2 (number|numbers|code|it|pin|them|that)',
      '(read|tell|give|send|provide|confirm|share|text|forward|repeat|show|verify) (me|us|it|out|off)? ~4 {code}',
      '(need|want|require|what is|what are|have) (the|that|your) ~4 (code|codes|passcode|otp|verification code|security code|pin)',
      '(get|getting|receive|received|sent|send|texted|text|sending) ~6 (code|passcode|otp|pin|digits|number) ~8 (read|tell|give|say|repeat|what) ~3 (it|that|me|them|back|is)?',
      '(code|number|digits|pin) ~6 (read|say|repeat|give) (it|them|that) (to|back|out)',
    ],
    weak: ['(sent|sending|text|texting|texted|send) ~4 (code|passcode|verification)'],
  },
  ask_identity: {
    clear: [
      'red white and blue|(medicare|insurance|benefit) (id|card) ~4 (number|read|front|handy|ready)',
      '(read|tell|give|see|verify) ~5 (number|letters) ~4 (medicare|card|on it)',
      '(account number|mother|full) ~1 (maiden name|social)',
      '(tell|give|confirm|verify|provide|read|need|want|have|take|get|say|know) ~4 (social security|social security number|ssn|social|date of birth|maiden name|driver license|drivers license|passport number|medicare (number|card|id)|birth date)',
      '(what is|may i have|can i have|could i have) (your|the) ~3 (social|date of birth|birthday|maiden name|medicare|medicare number)',
      '(last|first) (four|five|six) (digits|numbers)? (of|on) (your )? (social|ssn)',
      '(confirm|verify|validate) (your|some) ~1 (identity|personal information|personal details|information)',
      '(picture|photo|copy) of your (id|license|driver license|passport|social)',
    ],
    weak: [
      '(confirm|verify) (your|the|me) ~2 (address|name|zip code|birthday|date of birth|zip|details)',
      '(how old are you|do you live alone|are you married|what is your (age|full name)|your (home|full|complete) address)',
    ],
  },
  ask_card: {
    clear: [
      '(card number|card details|card) ~2 (ready|handy|in front of you|with you)',
      '(long|full|whole|entire|sixteen|card) ~1 number ~5 (card|expir*|three digits?|security|front|release)',
      '(read|tell|give|provide|confirm|need|take|have|verify|enter|use|using|get|want) ~6 (card number|debit card|credit card|security code|three digits?|cvv|expiration date|expiry date|card details|card information|long number|sixteen digits?|# digits? card)',
      '(what|which) (kind of|type of|is the)? ~2 (card|debit card|credit card) ~4 (use|using|number|have|pay)',
      '(down payment|fee|payment|charge|pay) ~5 (on|with|to|by|through) (your|a|the) (credit|debit|bank) card',
      '(card number and|long number and|number on the front of (your|the) card)',
      '(visa|mastercard|master card|credit) or (a )? (visa|mastercard|master card|debit|american express)',
      '(three|four) digits? ~5 back',
      '(grab|get|take out|go get) ~2 (your|the|a) (wallet|purse|credit card|debit card|card)',
    ],
    weak: ['(by|with|on|your|use|using|have|a) ~2 (credit|debit) card'],
  },
  ask_bank_login: {
    clear: [
      '(refresh|reload) ~2 (page|account|bank|banking)',
      '(transferred|deposited|credited|refunded|refund|put|sent|sending) ~5 (to|into|in) your ~1 (account|checking|savings|bank)',
      '(your|the) (user name|username|user id|login|log in|online) ~1 (id|password|banking)',
      'what banks? ~2 (are you|do you|is your)',
      '(log|sign|login) (in|into|on|onto)? ~3 (online banking|online bank|bank account|bank|banking|amazon account|paypal)',
      '(open|open up|go to|pull up|access|check) ~1 your ~1 (online banking|online bank|bank account|bank website|banking app|bank app|checking account|bank page|bank)',
      '(enter|type|give|tell|provide|need|confirm|use|share|verify|put) ~5 (password|passwords|username|user name|user id|bank login|login details|login credentials|credentials|login)',
      '(routing|account) (number|numbers) (and|or)',
      '(need|give|tell|provide|confirm|verify|read|what is) ~4 (routing number|bank account number|account details|bank details|banking information|bank information|banking details)',
      '(which|what) bank (do|are|is|you|account)|(what|which) is (your|the) ~1 (bank|bank name)|name of your bank|bank with which|who do you bank with',
      '(do|where do) you bank (with|at|from)',
      '(how much|what) ~3 (balance|money|funds|savings) ~3 (do you|you|your) ~4 (account|checking|savings|bank|have|keep)',
      '(how many|list of|all your) bank accounts',
    ],
    weak: [
      '(need|give|tell|provide|confirm|verify|read|what is) ~3 account number',
      '(checking|savings) (account)? or (a )? (checking|savings|saving)',
      '(available|current|total) balance',
      'how much (do|does|did|is|was) ~2 (you|it|there) ~1 (have|show|showing|in)',
    ],
  },
  ask_remote_access: {
    clear: [
      '(see|seeing|showing|got|are) ~4 (red|yellow) ~1 (cross|crosses|marks?|triangles?|signs?)',
      '(cmd|netstat|eventvwr|msconfig|msinfo|prefetch|clsid|iexplore|assoc)',
      '(type|write|enter|put|search) ~4 (www|http|cmd|dot com|dot net|dot us|dot support|any desk|anydesk)',
      '(give|grant|allow|allowing) ~2 (me|us|him|technician)? ~1 (access|permission|control|connect*)',
      '(black|blank) screen|screen (is|goes|went|will go|will be) (black|blank)',
      '(our|the|my|secure) server (is|will|has|connected|down|room)|(connect*|connection|link*) ~4 (our|the|my|secure|secured) ~1 server',
      '(foreign|established|unknown) (address|addresses|connections?)',
      '(anydesk|any desk|teamviewer|team viewer|ultraviewer|ultra viewer|logmein|quicksupport|screenconnect|zoho assist|rustdesk|supremo|go to assist|gotoassist|fast support|fastsupport|help me dot net|helpme|aweray|alpemix|any disk|support me dot)',
      '(connect|connected|connecting|get|log|allow|gain|access|accessing|connection) ~3 (to|into) (your|the) (computer|laptop|pc|machine|device|desktop|system|screen|phone)',
      'take ~1 (control|access) ~2 (your|the) (computer|laptop|pc|machine|device|desktop|system|screen|phone)',
      '(remote access|remote control|remotely|remote session|remote support|remote connection|screen sharing|share your screen|control of your (computer|machine|device|screen|phone)|secure server|secure connection|secured server|connect you to (the|our) ~2 server)',
      '(windows|window|start|flag) (key|button|logo|symbol)',
      '(letter|key) (r|are) ~3 (keyboard|together|same time|time)|press (r|are)|plus r|(and|with) (the )? letter r|(and|with) the letter (are|r)',
      '(run|black|command|dialog|small) (box|prompt|window) (open|opens|appear*|come|comes|popped|pop)',
      '(event viewer|command prompt|task manager|net stat|netstat|msconfig|system configuration|run box|run window|run command|device manager|control panel|computer management)',
      '(download|install|run) (this|the|an|our|a|that|it|one)? ~3 (app|application|software|program|tool|file|antivirus|security)',
      '(click|press|tap|hit) ~2 (on )? (download|run|allow|accept|install|yes|connect|continue|join|open)',
      '(nine|ten) digits? (code|number|id)',
      '(desk number|session id|partner id|support key|nine digits|ten digits)',
      '(see|seeing|watch) (my|the|your) (mouse|cursor|arrow|pointer|screen) ~2 (moving|move)?',
      '(sit|get|be|come|stay|go|are you|in) ~3 (in front of|near|at|to) (the|your) (computer|laptop|pc|desktop)',
      '(turn on|switch on|power on|boot|start up|open up|open) ~1 (your|the) (computer|laptop|pc|desktop)',
    ],
    weak: [
      '(laptop|desktop|pc|mac|windows) or ~2 (laptop|desktop|pc|mac|apple|windows|macbook)',
      'what (kind|type|sort) of (computer|laptop|antivirus|anti virus|security|device|phone)',
      '(use|using) ~3 (computer|laptop) for',
      '(run|running|do|doing|perform) ~3 (scan|diagnostic*|scanning) ~3 (computer|system|pc|network|now)',
      '(fix|repair|clean|secure|protect|check|scan) ~2 (your|the) ~1 (computer|laptop|network|pc|system|device)',
      '(are you|you are|be) ~2 (on|using|near|at|with) ~2 (computer|laptop|pc)',
      '(bring|pull) up ~3 (browser|page|google|internet|screen)',
      '(for|like|as in) (nancy|apple|alpha|david|delta|tango|tom|victor|romeo|robert|november|sierra|sam|kilo|king|edward|echo|mike|india)',
      '(lower case|lowercase|no spaces?|without (any )? spaces?|all together|one word)',
      '(how many|other) ~1 (devices|computers)|who else uses',
      '(your|the) (network|internet|wifi|router) (is|has|was|will)',
      '(move|moving) (the|your) (mouse|cursor)',
      '(click|double click|right click|tap) (on|over|the|that|it|here)',
      '(type|typing|write|enter) (in|down|on|it|this|over|there|the|w|www)',
      '(address|search|url|google|browser) (bar|box|page|browser)|(google chrome|internet explorer|web browser|mozilla|microsoft edge|safari|home page)',
      '(can|do|what|did|are) (you|are you)? (see|seeing|getting|got) ~4 (screen|there|box|window|option|page|pop up|popup)',
      '(left|right|bottom|top|upper|lower) (hand )? (side|corner) ~4 (screen|keyboard|page)?',
      '(on|of) your (keyboard|computer screen|screen|desktop|computer)',
      '(www|dot com|dot net|dot org|dot us|backslash|forward slash)',
      '(do not|please) ~1 (touch|close|turn off|shut down) ~3 {machine}',
    ],
  },
  ask_stay_on_line: {
    clear: [
      '(stay|remain|keep|be|staying|hold) ~2 (on|over) (the|this) (line|phone|call)',
      '(stay|keep) (connected|me on|on the line|on the phone|on call|with me on)',
      'do not (hang up|disconnect|end the call|put the phone down|leave the line|drop the call|cut the (call|phone|line)|disconnect the call|hang the phone)',
      '((keep|leave|put|hold) ((this|the|your) (line|phone|call|cell phone|mobile)|me) ~1 (open|on speaker|on the speaker|active|in your (pocket|purse|bag)|speaker|face down|connected|on the line|on the phone))',
    ],
    weak: ['(hold|stay) (on )? (the )? line', '(call|phone|line) (gets|get) disconnected'],
  },
  ask_lie_to_bank: {
    clear: [
      '(if|when|in case) (the |anyone |any |any one |anybody |your |somebody |someone |that )? (teller|they|bank|anyone|anybody|cashier|clerk|staff|asks?|ask|someone|somebody|manager|he|she|store|lady|person) ~4 (say|tell|just say|you say|answer|reply)',
      '(tell|say to|let) (them|him|her|the teller|the bank|the cashier|the manager|the bank manager|the clerk) ~4 (for|it is|that it|you are|renovation|home|car|family|personal)',
      '(do not|not|never) ~2 (tell|let|inform) ~3 (cashier|teller|bank|clerk|staff|store|manager) ~2 (what|why|the truth|about|know|anything|that)?',
      'say (that )? (it is|they are|you are|its|this is|i am) ~1 (for|buying) (a|your|the|home|family|my|personal|own|friends?)',
      '(for|it is) (your )? (personal use|own use|home (renovation|repairs?|improvement)|birthday|medical (bills?|expenses?))',
    ],
  },
  ask_press_or_call_back: {
    clear: [
      'visit (us|our website) (at|on)',
      '(obtain|get|receive) ~2 enrollment information',
      '(use|using) our ~2 (automated|automation|ai)',
      '(press|dial|hit|push|pressing) (the )? (number )? (one|two|three|four|five|six|seven|eight|nine|zero|the|any|#)',
      '(call|ring|contact|reach) (us|me) (back )? ~3 (at|on) (my|our|this|#|toll|#)',
      '(call|contact) (our|the) ~4 (department|support|team|desk)',
      '(toll free|direct|direct phone|call back|callback|helpline|help line) number',
      '(give (me|us)|return (my|this|our)) (a )? call',
      '(speak|talk|speaking) (to|with) (a|an|the|our|one of our|us) ~2 (representative|representatives|officer|specialist|operator|advisor|executive|agent|department|team|support)',
      '(connect|connected|transfer*) ~2 (to|with) (a|an|the|our|one of our|us) ~3 (representative|representatives|officer|specialist|operator|advisor|executive|agent|department|team|support)',
      '(number|callback) (to|is) ~2 (reach|call)',
    ],
    weak: ['(call|ring|phone) (us|me) back', '(call|reach) (us|me|back) ~2 (at|on) (the|#)'],
  },
};
