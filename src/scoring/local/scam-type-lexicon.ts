import type { ScamType } from '../../call/facts.ts';

/** Words that tell which story is told. Each pattern counts once a call; `~3` as in `lexicon.ts`. */
export const SCAM_TYPE_PATTERNS: { readonly [T in Exclude<ScamType, 'none' | 'other'>]: readonly string[] } = {
  government_impersonation: [
    '(internal revenue|the irs|back taxes|tax (department|debt|evasion|office))',
    'social security (administration|department|number ~6 (suspended|suspend|used|compromised|suspicious|fraudulent|criminal))',
    '(suspend|suspended|suspending|suspension) ~3 social',
    '(magistrate|grand jury|arrest warrant|warrant|federal (criminal|investigation)|legal enforcement|case in charge)',
    '(customs and border|border protection|package ~4 drugs|cbp|interpol|government grant)',
    '(officer|agent) ~8 press one',
  ],
  bank_impersonation: [
    '(fraud|security) (department|team|desk|unit) (of|at|from) ~3 bank',
    '(your|the) bank',
    '(safe|secure) account',
    '(transfer|transaction|wire|account) ~3 (fraudulent|suspicious|stealing|stolen)',
    '(cash app|wells fargo|capital one|chase|first national|paypal)',
    '(one time|verification) (passcode|code)',
  ],
  business_impersonation: [
    '(from|is|your|on) amazon',
    '(macbook|iphone|airpod|apple watch)',
    '(order|purchase) ~8 (account|amazon|apple)',
    '(package|parcel|delivery|customs fee)',
  ],
  tech_support: [
    '(microsoft|windows|tech support|technical (support|department)|icloud)',
    '(virus|infected|hacked|malware|ip address|anydesk|teamviewer|remote)',
    '(your|the) computer',
  ],
  refund_overpayment: ['refund(ing|ed)?', '(too many zeros|overpaid|sent you too much|send the rest back|extra money)'],
  family_emergency: [
    '(grandma|grandpa|granny|nana|grandson|granddaughter)',
    '(in jail|bail|bond money|car accident|broke my nose|my lawyer|public defender)',
    '(do not tell mom|do not tell dad|new number|lost my phone)',
  ],
  prize_lottery: ['(you have won|winner|sweepstakes|lottery|publishers clearing|grand prize|congratulations)'],
  debt_relief: [
    '(student loan|loan forgiveness|debt relief|tax debt|interest rate|lower your (rate|interest|payments))',
    '(forgiveness|consolidation|hardship) (program|programs|center)',
  ],
  warranty_telemarketing: [
    '(warranty|vehicle service|manufacturer|factory (warranty|cutoff))',
    '(solar|home improvement) program',
  ],
  health_medicare: ['(medicare|health (insurance|coverage)|policy benefits|back brace|genetic test)'],
  utility_disconnection: [
    '(disconnection|disconnected|interruption of service|power ~4 (off|cut|disconnected))',
    '(electric|electricity|energy|gas|utility) (company|bill|department)',
  ],
  investment_crypto: [
    '(invest|investment|trading platform|crypto|bitcoin) ~6 (returns?|profit|double|guaranteed|opportunity)',
  ],
  romance: ['(i love you|my love|marry|soul ?mate) ~12 (money|send|visa|ticket)'],
  job_task: [
    '(hiring manager|remote job|got the job|work from home|payroll)',
    '(mail you a check|deposit it and send|buy equipment)',
  ],
  rental_payee: ['(rent|landlord|property) ~8 (new account|changed banks|wire|zelle)'],
  charity: ['(donation|donate|charity|fundraiser|disaster relief) ~8 (card|today|now|cash)'],
  recovery: ['(recover|get back) ~4 (lost|stolen) (money|funds)'],
};
