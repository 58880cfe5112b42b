import type { Lexicon } from '../lexicon.ts';

export const ENGLISH_STORIES: Lexicon['stories'] = {
  government_impersonation: [
    '{agency}',
    '(back taxes|tax (evasion|fraud)|unpaid tax*)',
    '(social security|social) (number)? ~6 (suspend*|used|compromised|suspicious|fraudulent|criminal|blocked|illegal|terminated)',
    '(suspend*|suspicious|illegal) ~6 (social|social security)',
    '(grand jury|magistrate|warrant|federal (criminal|investigation)|legal enforcement|case in charge|courthouse)',
    '{crime} ~6 (your|name|package|car|texas|border)',
    '(officer|agent|badge) ~8 (press|number)',
    '(legal|criminal) (action|actions|case|charges) ~4 (against|under|you)',
    '(jail|prison|bars|arrest|arrested)',
    '(government|federal) grant',
  ],
  bank_impersonation: [
    '(fraud|security|card) (department|team|desk|unit|services|specialist) ~4 (bank|card|account)?',
    '(your|the) bank',
    '(safe|secure) account',
    '(transfer|transaction|wire|account|withdrawal|purchase) ~4 (fraudulent|suspicious|stealing|stolen|unauthorized)',
    '(cash app|wells fargo|capital one|chase|first national|paypal|bank of america|zelle|citibank|checking account)',
    '(one time|verification) (passcode|code)',
  ],
  business_impersonation: [
    '(from|is|your|on|an|the|for|contact|using) amazon',
    'amazon (account|prime|customer|support|order|billing)',
    '(macbook|iphone|airpods?|apple watch|mac book|smart tv)',
    '(order|purchase|pre authorized|transaction) ~8 (account|amazon|apple|placed)',
    '(package|parcel|delivery|customs fee)',
    '(icloud|apple support|apple)',
  ],
  tech_support: [
    '(microsoft|windows|tech support|technical (support|department))',
    '(virus|viruses|infected|hacked|malware|ip address|anydesk|teamviewer|remote|hackers|firewall|network security|antivirus)',
    '(your|the) (computer|laptop|pc)',
    '(windows|start) (key|button)|(event viewer|command prompt)|(license|antivirus) ~3 expired',
    '(icloud|apple id) ~6 (breached|hacked|compromised|suspicious)',
  ],
  refund_overpayment: [
    '(refund|refunding|refunded|refunds|reimburse*)',
    '(too many zeros|extra zero|overpaid|sent you too much|send the rest back|extra money|refund (form|department|server|application))',
    '(auto renew*|renewal|subscription|geek squad|norton|mcafee) ~8 (charged|refund|cancel|dollars|renew*)',
    '(lose my job|company money|return the money|by mistake)',
  ],
  family_emergency: [
    '(grandma|grandpa|granny|nana|grandson|granddaughter|grandmother|grandfather)',
    '(in jail|bail|bond money|car accident|broke my nose|my lawyer|public defender|hit a pregnant|arrested for dui)',
    '(do not tell (mom|dad|my)|new number|lost my phone|my phone (broke|is broken))',
  ],
  prize_lottery: [
    '(you have won|winner|winners|sweepstakes|lottery|publishers clearing|grand prize|congratulations|won the|jackpot|mega millions)',
    '(prize|winning|winnings|award|cash prize|mercedes)',
    '(claim|claiming) (your|the) (prize|reward|money|check|gift|winnings)',
  ],
  debt_relief: [
    '(student loans?|loan forgiveness|debt relief|tax debt|tax relief|interest rates?|lower your (rate|interest|payments))',
    '(forgiveness|consolidation|hardship|debt|relief) (program|programs|center|services)',
    '(federal student aid|credit card (debt|accounts?|balances?)|tax resolution|owe back taxes)',
  ],
  warranty_telemarketing: [
    '(warranty|vehicle service|manufacturer|factory (warranty|cutoff)|extended coverage)',
    '(solar|home improvement|home warranty|home security) (program|panels?|system|energy)?',
    '(discount|promotion|limited time offer|offer) ~8 (bill|monthly|press|month)',
    '(electric|energy|utility) (bill|rate) ~4 (discount|reduction|lower|savings)',
  ],
  health_medicare: [
    '(medicare|health (insurance|coverage|plan)|policy benefits|back brace|knee brace|genetic test*|diabetic supplies|covid test*)',
    '(medicare (card|number|id|benefits|advantage))',
  ],
  utility_disconnection: [
    '(disconnection|disconnected|interruption of service|power ~4 (off|cut|disconnected)|technician ~4 disconnect)',
    '(electric|electricity|energy|gas|utility|power|water) (company|department|and light|and electric)',
  ],
  investment_crypto: [
    '(invest|investment|trading platform|crypto|bitcoin|trading) ~6 (returns?|profits?|double|guaranteed|opportunity|account manager)',
    '(returns?|profits?) ~4 (guaranteed|daily|weekly|percent)',
  ],
  romance: [
    '(i love you|my love|marry|soul mate|soulmate|babe) ~15 (money|send|visa|ticket|dollars|gift card)',
    '(oil rig|deployed|army ~3 overseas|military ~4 leave) ~20 (money|send|fee|gift)',
  ],
  job_task: [
    '(hiring manager|remote job|got the job|work from home|payroll|job offer|data entry)',
    '(mail you a check|deposit it and send|buy equipment|complete ~2 tasks|commission)',
  ],
  rental_payee: [
    '(rent|landlord|property|lease) ~10 (new account|changed banks|wire|zelle|deposit)',
    '(invoice|vendor|supplier|closing|escrow) ~10 (new account|changed|wire)',
  ],
  charity: [
    '(donation|donate|charity|fundraiser|disaster relief|contribution|veterans|firefighters) ~12 (card|today|now|cash|pledge|dollars)',
  ],
  recovery: [
    '(recover|get back|recovery of|recovering) ~4 (lost|stolen|scammed|your) (money|funds|crypto|bitcoin)',
    '(victim|scammed) ~8 (compensation|recover|fund)',
  ],
};
