import type { Lexicon } from '../lexicon.ts';

type Tactics = Lexicon['tactics'];

/** Who they say that they are, and how they win people over. How they press stands in `pressure.ts`. */
export const ENGLISH_PERSUASION: Pick<Tactics, 'authority' | 'rapport' | 'commitment' | 'social_proof'> = {
  authority: {
    clear: [
      '(student loan|loan forgiveness|debt relief|tax relief|tax resolution|medicare|card member|cardmember|card holder|cardholder|vehicle service|warranty) (department|center|services|unit|program|office|specialist|advisor|hotline)',
      '(my|his|her|the) (badge|employee|officer|agent) (id|number)',
      '{officer} ~3 (with|from|of|assigned|calling|speaking|on behalf)',
      '(this is|i am|my name is|speaking with|you are speaking to|here is) (a|an|the|your|my)? (special|senior|federal|head|chief|state)? {officer}',
      '(special|senior|federal|state|field|government|customs|border|police|irs|fbi|dea|security|legal|concerned|investigating|case) (officer|agent|agents|investigator)',
      '(badge|warrant|case|docket|complaint|employee|agent|officer) (number|id|identification)',
      '(officer|case|agent) in charge',
      '(from|with|of|is|am|behalf of|by) (the|our|your)? {agency}',
      '{agency} ~2 (officer|agent|has|have|is|will|filed|issued|investigat*|department|investigation)',
      '(from|with|is|at|of|to|contact|reached|our|concerned) (the|our|your)? ~2 {dept} (department|dept|team|unit|desk|division|office|center|centre|section|headquarters)',
      '(fraud|security|legal|refund|cancellation|disconnection|warranty|enforcement|vehicle service|forgiveness|verification|crime|investigation) (department|dept|team|unit|desk|division)',
      '(this is|call from|calling (you )? from|am from|are from|message from|behalf of|contacted from|contacted by|calling (from|with)|calling) {company}',
      '{company} ~1 (technical|tech|customer|fraud|security|billing|account|refund|help|server|network|windows)? (support|security|service|services|care|center|desk|department|team|advisor|executives?|representative|technician|headquarters|protection)',
      '(legal enforcement|grand jury|court order|magistrate|federal case|legal case)',
      '(this call|the purpose of ~2 call|reason ~5 call|reason ~2 (calling|call)|this message|it) is ~1 to (inform|notify|make you aware|let you know|authorize|alert)',
      'state (assigned|number|agent|list)',
      '(biden|trump|obama|current|new) (administration|relief|program|government program)',
      '(from|is|with|the|our) ~1 (technical|tech) (support|department|expert|experts|supervisor|team)',
      '(certified|senior|level #|microsoft|windows|network) (technician|technicians|engineer|engineers)',
      '(your|our|my|the) (lottery|award|awarding|claims?|prize) (department|agent|manager|office|officer|commission)',
      '(publishers clearing|mega millions|powerball|reader digest)',
      '(i am|this is|here is|speak (to|with)) (my|your|his|her|the) (lawyer|attorney|public defender|bank manager|prosecutor)',
    ],
    weak: [
      '(technicians?|engineers?|experts?|advisor|specialist) ~3 (will|can|going|is|to|are) ~2 (work|fix|connect|take|remove|clean|scan|help|look|call|assist|speak)',
      '(this is|my name is|i am) ~3 (calling )? (you )? from ~3 (company|support|center|security|service|services|department|computer)',
      '(department|administration|customer (service|care|support)|help center) ~2 (press|calling|regarding|from|about)',
      '(automated|important|urgent|artificial|virtual|recorded) ~2 (message|call|alert|assistant|bot)',
      '(electricity|electric|energy|gas|power|utility|water) (company|department)',
      '(calling|call|message|am|is) (from|on behalf of) (your|the|our) ~2 (bank|government|headquarters|company|card)',
      'my (supervisor|senior|superior|head office|headquarters) (will|can|is|has|wants|to|officer|technician)',
      '{agency}',
      '(from|with|for|of) {company}',
      '(transfer|forward|connect|connecting) (your call|you|this call) ~2 (to|with)',
      '(forgiveness|processing|relief|enrollment) (center|services)',
      '(recorded line|line is ~2 recorded|recorded and monitored)',
    ],
  },
  rapport: {
    clear: [
      '# (percent)? (discounts?|off|savings)',
      '(rate|interest|payment|bill) (reduction|reduced|relief)|(lower|reduce|reducing|lowering|cut) (your|the) ~2 (rate|rates|bill|bills|payment|payments|interest|debt|debts)',
      '(loan|loans|debt|debts|tax|taxes) ~4 (forgiven|forgiveness|eliminat*|cancel*|discharge*|settle*|written off|wiped out|non collectible)',
      '(settle|eliminate|forgive|discharge|resolve) ~4 (tax|taxes|debts?|loans?)',
      '(hardship|relief|forgiveness|repayment|settlement) (programs?|options?|plans?)',
      '(you|have|been|are) ~3 (qualif*|pre approved|preapproved|eligible|approved|selected|chosen|entitled|awarded|shortlisted) ~6 (programs?|rates?|relief|refunds?|discounts?|benefits?|grant|loan|free|gift|offer|forgiveness|reduction|receive|coverage|prize|reward|vacation|brace|cash|money)',
      '(you|have) ~2 (won|winner)',
      '(no cost|free of charge|absolutely free|completely free|zero cost|cost you nothing|zero percent|percent off|percent discount)',
      '(sweepstakes|lottery|jackpot|cash prize|million dollars|grand prize)',
      '(trust me|you can trust (me|us)|i am (only |just )? here to help|i am (just )? trying to help|trying to protect you|i am on your side|i am helping you)',
      '(god bless|bless your heart|i swear|swear (to|on) (god|my))',
      '(grandma|grandpa|granny|nana|papa|mom|dad|mum|grandson|granddaughter) (it is|this is) me',
      '(i am|i was) (begging|asking) you',
      '(like|as) (my|your) (own )? (mother|father|son|daughter|grandmother|grandfather|brother|sister)',
    ],
    weak: [
      '(my dear|my darling|sweetheart|my love|i love you so|honey|my friend)',
      '(do not worry|no need to worry|you are (completely )? (safe|secure)|100 percent (safe|secure))',
    ],
  },
  commitment: {
    clear: [
      '(do you (agree|promise|swear)|promise me|you (already )? (agreed|promised)|you said (that )? you (would|will)|you have to promise)',
      '(repeat after me|give me your word|listen to me carefully|listen (very )? carefully|do exactly|do as i say|do what i (say|tell)|follow my instructions?)',
      '(are you (ready|willing) to|do you want to (cooperate|resolve|settle|be arrested|lose))',
    ],
    weak: [
      '(pen and paper|pen and a paper|piece of paper|grab a pen|get a pen|write (this|it|that) down|note (this|it|that) down|write down)',
      '(sir|maam|madam) ~1 (listen|please listen|just listen|do you)',
      '(do you understand|are you (listening|understanding|following)|am i clear|understood)',
    ],
  },
  social_proof: {
    clear: [
      '(thousands|hundreds|millions|many|most) of (our )? (people|customers|clients|investors|members|seniors|homeowners|americans|users|winners)',
      '(everyone|everybody) (is|else|has) (doing|making|investing|getting)',
      '(our|other|many) (clients|members|investors|customers) (have|are|make|made) ~2 (made|making|earned|earning|profit|received)',
    ],
  },
};
