import type { WordClasses } from '../phrase.ts';

export const ENGLISH_CLASSES: WordClasses = {
  give: 'read|tell|give|send|provide|confirm|share|text|forward|enter|type|spell|say|repeat|show|verify',
  get: 'get|buy|purchase|grab|pick up|bring|go for|load|reload',
  pay: 'pay|settle|clear|deposit|remit|put down',
  move: 'move|transfer|shift|withdraw|wire|send|relocate|deposit',
  your: 'your|the|this|that|my|our|his|her|a|an|any|all',
  no_one:
    'anyone|anybody|any one|no one|nobody|mom|mum|mother|dad|father|family|relatives|husband|wife|spouse|son|daughter|kids|children|parents|friends?|neighbou?rs?|bank|branch|staff|cashier|teller|clerk|manager|police|lawyer|attorney|them|him|her|third party|other person|anyone else|uncle|aunt|grandmother|grandfather|adults?|parents|boss|coworkers?|roommate|realtor|accountant|customer service',
  soon: 'now|today|tonight|immediately|right away|right now|at once|as soon as possible|asap|urgently|within ~2 (hours?|minutes?|hour)',
  money:
    'money|funds?|savings|cash|balance|dollars|bucks|amount|payment|assets?|deposit|retirement|refund|difference|rest',
  amount: '# (#)? (#)? (dollars|bucks|grand|usd|pounds|euros)',
  deadline:
    'noon|midnight|tonight|tomorrow|today|end of (the )? (day|business|month)|close of business|(#|one) (am|pm|o clock|thirty)|(monday|tuesday|wednesday|thursday|friday|saturday|sunday)',
  officer:
    'officer|agent|detective|sergeant|inspector|deputy|investigator|marshal|lieutenant|captain|constable|sheriff|prosecutor|magistrate|judge|attorney',
  agency:
    'internal revenue|irs|social security (administration|department|office|bureau)|department of (social security|justice|treasury|homeland security|labor|legal affairs|financial relief|education)|customs and border|border (protection|patrol|security)|us customs|us treasury|treasury department|federal bureau|federal reserve|fbi|cbi|dea|drug enforcement|interpol|federal trade commission|ftc|sheriff (office|department)|sheriffs (office|department)|police (department|headquarters|station)|county (court|sheriff)|(tax|taxation|revenue) (department|office|agency|administration|bureau)|hmrc|federal (government|agency|agents?)|homeland security|immigration (office|department|services|enforcement)|(government|federal) grants?|grants? (department|office)|us government|(district|supreme|federal|high|civil) court|attorney general|crime (unit|branch|department|division)|law enforcement',
  company:
    'microsoft|windows|apple|icloud|amazon|amazon prime|paypal|norton|mcafee|geek squad|geeksquad|best buy|google|facebook|cash app|visa|mastercard|master card|american express|capital one|wells fargo|chase|bank of america|citi bank|citibank|spectrum|comcast|xfinity|at and t|directv|netflix|ebay|coinbase|zelle|venmo|publishers clearing house|mega millions|dell|hp|cisco|yahoo|hotmail',
  dept: 'fraud|fraud protection|fraud prevention|security|cyber security|internet security|legal|billing|disconnections?|cancellation|refund|claims|vehicle service|auto service|warranty|technical|tech|verification|loss prevention|investigations?|processing|forgiveness|lottery|prize|award|awards|customs|enforcement|recovery|card|account security|card services|relief|rewards?|rebate|grievance|network|server|maintenance|subscription|renewal|crime',
  unit: 'department|dept|team|unit|desk|division|office|center|centre|section|headquarters|services|service|support',
  account:
    'account|accounts|card|cards|bank account|checking|savings|banking|online banking|identity|social security|social|name|number|computer|network|profile',
  machine: 'computer|computers|laptop|pc|machine|device|devices|desktop|system|phone|screen|mac|tablet|ipad',
  code: 'code|codes|passcode|pass code|otp|one time password|one time pin|pin|pin number|verification number|six digits|authorization number|confirmation code|access code',
  gift_brand:
    'google play|itunes|apple|target|steam|amazon|walmart|ebay|ebay gift|vanilla|razer|razor gold|sephora|green dot|money pak|moneypak|best buy|home depot|nordstrom|macys|visa gift|prepaid|pre paid|gift|reload|reloadable|foot locker|nike|xbox|one vanilla',
  store:
    'store|stores|walmart|target|cvs|walgreens|best buy|walgreen|rite aid|dollar general|family dollar|kroger|safeway|publix|home depot|lowes|seven eleven|gas station|supermarket|shop|mall|pharmacy',
  crime:
    'drugs?|cocaine|heroin|narcotics?|drug trafficking|money laundering|laundering|trafficking|smuggling|contraband|identity theft|tax (fraud|evasion)|(bank|wire|mail|medicare) fraud|murder|homicide|illegal (activities|activity|transactions?|items)',
  someone:
    'someone|somebody|hackers?|criminals?|thieves|scammers?|fraudsters?|unknown (person|people|individual)|a third party|people|they',
  purchase:
    'order|purchase|transaction|transactions|charge|charges|payment|payments|macbook|iphone|airpods?|subscription|membership|renewal|transfer|withdrawal|withdrawals|iphones|debit',
};
