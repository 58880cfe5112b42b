import type { Lexicon } from '../lexicon.ts';

type Tactics = Lexicon['tactics'];

/** By which way the money is to go; what the victim does; and what honest callers say. */
export const ENGLISH_MONEY_ASKS: Pick<
  Tactics,
  | 'ask_gift_card'
  | 'ask_crypto'
  | 'ask_wire'
  | 'ask_cash_courier'
  | 'ask_move_money'
  | 'victim_complying'
  | 'protective_advice'
> = {
  ask_gift_card: {
    clear: [
      '(load|put|add|activate) ~3 (hundred|dollars|#) ~4 (on|onto|in) (it|each|them|the card|every|that)',
      '(hundred|thousand) (dollars)? (each|on each|per card|on every|worth of)',
      '(first|second|third|next|another|last|other|these|those|all the) (gift )? cards? ~4 (number|numbers|code|read|scratch|scratched|back|went|used|activated|worth|balance)',
      '(redemption code|activation code|claim code|pin on the back)',
      '(gift card|cards|card) (rack|section|aisle|stand|display)',
      '({get}|pay|paid|paying|using|use|with|by|in|via|through|need|want|send|form of|take) ~6 (gift|steam|google play|itunes|vanilla|prepaid|reloadable|ebay|target|sephora|razer|play) (gift )? cards?',
      '(scratch|scratched|scratching|peel) ~5 (back|card|cards|code|codes|silver|off|coating|strip|part|number|numbers)',
      '{give} ~4 (numbers?|codes?|digits?|pin) ~4 (on|from|at|behind) (the )? (back|card|cards|first card|receipt)',
      '(sixteen|fifteen|thirteen|ten|16|15|13) digits? ~4 (card|back|number|code|pin)',
      '{get} (a|an|some|the|two|three|four|five|#|that) ~3 (gift )? (card|cards|vouchers?) (from|for|of|worth|at|in)',
      '(take|send|text) ~2 (a )? (picture|photo|pictures|photos) of (the )? ~2 (card|cards|receipt|back|codes?|voucher)',
      '(green dot|money pak|moneypak|vanilla reload|electronic voucher|cash voucher|payment voucher|tax voucher|federal voucher)',
      '(activate|activated|activation) ~3 (gift )? (card|cards) ~3 (cashier|register|counter|store)?',
    ],
    weak: [
      '{gift_brand} (gift )? cards?',
      '(limit|allowed) ~4 (card|cards|store|per)',
      '(cashier|store|register|customer service|self checkout) ~4 (ask|asks|asked|say|says|said|tell|told)',
      '(pulled? (in|into)|in the|at the) (parking lot|drive through|checkout|aisle)',
      '(nearest|closest|nearby|local) ~2 {store}',
      '(drive|go|going|head|walk|get|run) ~2 (to|inside|into) (the|a|your|nearest)? ~2 {store}',
      '(how far|which store|what store|what stores|do you have ~2 {store}|{store} ~2 (near|nearby|close))',
      '(keep|save|hold) ~2 receipts?',
    ],
  },
  ask_crypto: {
    clear: [
      '(recharge|top up|fund|add|load) ~5 (usdt|bitcoin|crypto|wallet|trading account|btc|ethereum)',
      '(feed|insert|put) ~3 (bills?|cash|money) ~4 (machine|one by one|slot|atm)',
      '(buy|send|deposit|convert|transfer|pay|put|invest|using|through|in|into|by|a|use|via|purchase|some) ~6 (bitcoin|bitcoins|crypto|cryptocurrency|ethereum|usdt|tether|dogecoin|bit coin)',
      '(bitcoin|crypto|bit coin|coin) (atm|machine|wallet|account|kiosk|investment|platform|address|trading)',
      '(coinbase|wallet address|crypto com|coin flip|coinflip|coinstar|trust wallet|blockchain|binance)',
      '(scan|scanning) ~3 (qr|q r|bar code|barcode) ~1 (code)?',
      '(trading|investment) (platform|account|portal) ~6 (profit|returns?|deposit|withdraw|minimum)',
      '(guaranteed|double|triple|daily|weekly) ~3 (returns?|profits?|your (money|investment))',
    ],
  },
  ask_wire: {
    clear: [
      '(deposit|cash) (it|the check|that) ~8 (send|transfer|keep|forward|wire|buy)',
      '(send|mail|write) (you)? ~2 (a|the) check ~12 (deposit|equipment|send|rest|keep)',
      '(what have you (done|typed|put|entered)|look at (what|your (account|bank|balance)))',
      '(company|our|my|the) (money|funds) (back|is|has|to be)|belongs to (the )? company',
      '(you|they|it|we) ~2 (received|got|sent|transferred|put|typed|entered) ~3 (thousand|zeros?|more|extra|too much) ~4 (instead|extra|mistake|than)?',
      '(fill|filling) (in|out|up) ~3 (form|application|amount|details)',
      '(where it says|in the box|amount box) ~3 (amount|refund|type|put)',
      '(wire transfer|bank wire|by wire|with a wire|wire (it|me|us|the|money|him|that|#)|wiring|swift transfer)',
      '(western union|moneygram|money gram|money order|walmart to walmart|ria money|remitly)',
      '(send|pay|transfer|use|by|via|through|with|open|do you have|have|on) ~6 (zelle|cash app|cashapp|venmo|paypal friends|apple pay)',
      '(send|transfer|return|give|pay|refund|wire|owe) ~4 (rest|balance|difference|remainder|extra|excess|overpayment|company money|remaining|our money) ~4 (back|to (us|me|the company|our|my))',
      '(return|refund) ~3 (extra|excess|difference|company|remaining|rest)',
      '(send|return|give|pay) ~2 (it|that|the|my|our|this|us) ~3 money ~2 back',
      '(must|needs to|has to|should|have to) be (sent|paid|wired|transferred) ~4 (new|another|this|different|following) account',
      '(extra|additional|one more|another|too many|wrong) (zeros?|zeroes|amount)',
      '(typed|entered|put|added|sent|refunded|transferred|received|deposited|credited) ~5 (too much|by mistake|mistakenly|instead of|wrong amount)',
      '(instead of|not|only) ~2 {amount} ~6 (sent|typed|received|got|have|put|entered|transferred|{amount})',
      '(lose|losing|cost|fired|fire) ~3 (my|his|her|me) ~2 (job|work)|(get|be|am) fired|fire me|they will fire',
    ],
    weak: [
      'your (refund|compensation|reimbursement)',
      'refund (department|amount|process|form|manager|team|request|of|has|is|you|your|the)',
      '(issue|process|claim) ~3 (refund|compensation)',
      '(make|do) (a|the) ~1 (transfer|wire)',
      '(money|funds|amount|refund) (back )? (to|into|in) (your|the) ~2 (account|checking|savings|bank)',
    ],
  },
  ask_cash_courier: {
    clear: [
      '(fedex|ups) ~6 (send|cash|money)',
      '(what|how many) ~1 (denomination*|hundreds|bills)',
      '(courier|driver|agent|officer|messenger|someone|somebody|representative|delivery (man|guy|agent)|our (man|guy)|person) (will|is going to|is coming to|can|is on|would|to) ~3 (come|pick|collect|arrive|be there|stop by|his way|the way)',
      '(withdraw|take out|pull out|remove) ~6 (cash|hundred dollar bills|hundreds|bills)',
      '(need|pay|get|bring) ~6 (in cash|hundred dollar bills|cash (withdrawn|ready))',
      '(withdraw|take out|pull out) ~5 (thousand|hundred|dollars|savings|money|{amount})',
      '(put|place|wrap|pack|hide|seal|tape) ~5 (cash|money|bills|it|that) ~4 (in|into|inside|with|between) ~3 (envelope|box|magazine|magazines|foil|bag|book|newspaper|package)',
      '(aluminum foil|tin foil|foil paper|bubble wrap|shoe box|carbon paper)',
      '(dollars|thousand|hundred|need|pay|money) ~5 (for|in) (bail|bond|the bail|his bail|her bail)',
      '(pick up|collect|hand over|hand) ~3 (cash|money|envelope|package|card|cards)',
      '(bail|bond) (money|in cash|amount|bondsman)',
      '(send|mail|ship|overnight) ~6 (cash|money|package|envelope|it|box) ~4 (fedex|ups|usps|overnight|mail|post office|next day|address)',
      '(fedex|ups|overnight|express mail) ~6 (cash|money|envelope|address|package)',
      '(gold (bars?|coins?|bullion))',
    ],
    weak: [
      '(dollars|thousand|hundred) ~4 in cash',
      '(get|have|bring|need) ~4 (cash|cashier check|cashiers check)',
      '(go|going|drive|get|went|be) ~2 (to|at|inside|in) (the|your) ~1 (bank|branch|atm|credit union)',
      '(fedex|ups store|post office)',
    ],
  },
  ask_move_money: {
    clear: [
      '(secure|protect|safeguard) ~2 (your|the|all) ~2 (money|savings|funds|assets|account balance)',
      '(fine|bond|bail|penalty|fee|balance|tax|payment) ~4 (in order )? to (release|clear|avoid|stop|close|resolve|claim|receive|unlock)',
      '(move|transfer|shift|withdraw|secure|protect|safeguard|relocate) (all )? (of )? (your|the|that|this) ~1 (money|savings|funds|balance|account balance|retirement|assets|cash)',
      '(safe|safety|secure|protected|secured|holding|government|federal|escrow|temporary|alternate|treasury) (account|accounts|locker|vault|wallet|custody)',
      '(new|another|different|federal|separate|second) account ~3 (for you|in your name|that we|which we|i text|we opened|under your)',
      '(move|transfer) ~3 (all|your|the) ~1 (money|funds|savings) ~3 (to|into) (a|an|the|this|our|another|new|that)',
      '(you|must|to) ~3 (pay|owe|settle|clear|deposit) ~6 (dollars|hundred|thousand|bucks|{amount}) ~6 (today|now|immediately|within|to avoid|or else|right away|to (release|claim|stop|clear|remove))',
      '(pay|send|cover) ~4 (fee|fees|tax|taxes|customs|fine|penalty|insurance) ~4 (before|first|in order to|so that|to (release|claim|get|receive|unlock))',
      '(out of court|outside the court|out of the courthouse|settle (this|the|your) (case|matter|debt|balance))',
      '(how much|what) (money|cash|amount)? ~1 can you (pay|afford|arrange|manage|come up)',
      'how much ~1 (money|cash) (do|can) you ~1 (have|get|arrange)',
    ],
    weak: [
      '(#|lifetime) (years?|months?)? ~2 (plan|protection|security|support|subscription|coverage|package|maintenance)',
      '(how|would you like|do you want|going) ~3 to pay',
      '(processing|registration|activation|enrollment|clearance|customs|release|legal|application|transfer|upfront|advance|administration|shipping|delivery|handling|port) (fee|fees|charges?|tax)',
      '(first|initial|down|upfront|partial|advance) (payments?|deposit)',
      'first # payments',
      '(arrange|come up with|borrow) ~3 (money|cash|amount|funds)',
      '(hundred percent|fully|completely) refundable',
      'one time (charge|payment|fee)',
    ],
  },
  victim_complying: {
    clear: [
      'i (will|am going to|can|am about to|have to|need to|could) (go|buy|get|withdraw|send|transfer|download|install|drive|read|bring|pay|give) ~5 (card|cards|cash|money|code|store|bank|it now|codes|numbers|dollars|branch)',
      'i am (getting|grabbing|finding) ~2 (keys|purse|wallet|coat|card|cards|credit card)',
      'i am (at|in|on my way to|driving to|going to|walking to|outside|inside) (the )? {store}',
      'i am (at|in|on my way to|driving to|going to|walking to|outside|inside) (the|my )? (bank|atm|branch|machine|parking lot)',
      '(the|my|first|next|last) (code|passcode|number|pin|password|one) (is|says|reads) # #? #',
      'my (card|account|social security|social|routing|medicare|credit card|debit card) number is',
      '(it is|it says|okay|ok|yes|sure) # # # # #',
      'i (have|just|already|did)? (just|already)? (installed|downloaded|bought|purchased|sent|transferred|withdrew|withdrawn|scratched|opened|clicked|typed|logged in|got) (it|them|the|that|some|in|on)',
      'i have (the|your|got the) (cash|money|cards|gift cards|receipt|card)',
      '(buying|getting|got) the (gift )? cards',
      '(it is|its|it) ~1 (downloading|installing|loading|opening|asking (me )? (for|to))',
    ],
  },
  protective_advice: {
    clear: [
      'hang up and (call|ring|dial|phone)',
      '(call|ring|dial|phone|contact) (us |them |me |your bank |the bank )? (back )? (on |at |using |through |with )? the (number|phone number) (on|from) ~2 (back of |rear of )? (your|the) (card|statement|letter|bill|appointment letter|policy|website|app)',
      '(never|will not|do not|does not|would not|would never|not going to|will never) ~2 (ask|asking|request|need) (you )? (for|to)? ~5 (pin|password|passwords|code|codes|passcode|numbers?|money|card|name|details|payment|information)',
      '(do not|never|please do not) (ever )? (share|give|tell|read|disclose) ~3 (code|codes|pin|password|passcode|card number|numbers?|details|them|information) ~3 (with|to|out)? (anyone|anybody|any one|even)?',
      '(official|our|secure|your) (site|website|app|portal|online account)',
      '(there is no|no|not in any|not any) (rush|hurry|charge|fee|cost|obligation|pressure)',
      'take your time',
      '(nothing|not anything) (else )? (is )? (needed|due|required|to pay|you need to do|more to do)',
      'you (do not|never|will not) (have to |need to )? (pay|do) (for )? (anything|us|a)',
      'we never charge',
      '(visit|come (in )? to|go to|stop by) (your|the|our|any|a) ~1 (local |nearest )? (branch|office|clinic|pharmacy)',
      '(talk|speak|check|discuss) ~3 (with|to) (your|a) (family|son|daughter|husband|wife|doctor|lawyer|attorney|someone you trust)',
    ],
  },
};
