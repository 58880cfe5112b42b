import type { StanceWords } from '../lexicon.ts';

export const ENGLISH_STANCES: StanceWords = {
  clauseEnds: ['but', 'so', 'then', 'just', 'now', 'because'],
  condition: /\b(if|unless|when|until|in case)\b/,
  // "We will never ask you to …", "you do not need to …".
  refused:
    /\b(i|we|you|they|he|she|it|bank|nobody|no one) ((will|would|do|does|did|can|could|should|are|am|is|need|have) )?(never|not)( (ever|ask|asking|have|need|want|require|be|being|going|you|for|to|your|the|a|any))* \|/,
  // "Never give your …", "please do not …", "you should not …".
  advisedAgainst: /(^| )(please |you should |you must |always )?(never|do not|should not|must not|avoid)( ever)? \|/,
  // "There is no …", "that is not a …".
  denied: /\b(no|not (actually |really |even )?(an?|any|the)|not (actually|really)|without|without any) \|/,
  // "I bought …", "we will transfer …", "she usually gets …".
  ownDeed:
    /\b(i|we|he|she|they|people)( (will|would|can|could|have|had|just|already|am|are|was|were|is|did|to|going|might|should|then|also|always|usually|thought|wanted|want|like|need|think|never|not))* \|(get|got|buy|bought|purchase|pick|bring|go|pay|paid|withdraw|take(?! (the |your |a |that )?(card|payment|number|down))|took|transfer|move|moved|send|sent|put|read|give|gave|tell|told|use|download|install|open|log|sign|click|type|drive|deposit|return)\b/,
  // "They wanted my card number."
  ownThing: /\bmy ([a-z]+ )?([a-z]+ )?(card|account|number|code|pin|password|social|bank|checking|savings|computer)\b/,
  toYou: /\b(your?|us|me)\b/,
  // "They asked me to …".
  narrated:
    /\b(asked|told|wanted|got|tricked|made|tried to get|trying to get) (me|her|him|us|them|people|my [a-z]+|grandma|mom|mum|dad) (to|into)?( [a-z]+)? ?\|/,
  // "They will ask you to …", "if anyone tells you to …".
  warned:
    /\b(they|scammers?|fraudsters?|criminals|thieves|people|someone|somebody|anyone|anybody|callers?|calls?)( (will|may|might|would|could|often|always|also|then|even|who|that))* (tell|tells|ask|asks|asking|say|says|saying|want|wants|try|tries|pretend|pretends|claim|claims)( (you|people|us|me|for|to|that|they|the|are|you must|you to|get))* \|/,
  // "He said I should …", "somebody called and …", "if anybody asks you to …", unless it turns to "you".
  reported:
    /(\b(he|she|they|somebody|someone|anybody|anyone|scammers?|callers?|(a|the|this|that|some) (guy|man|woman|lady|caller|scammer|person)|one that|scam where|scams? (going|where|that)) ((just|then|also|even|always|goes|was like|is like) )?(called|calls?|said|says|told|tells|asked|asks|claimed|claims?|wanted|pretend(ed|s)?|tried|tries|goes)\b(?![^|]*\b(you|your)\b)|\b(machine|robot|recording|voice|text|email|letter|sign|form|website|computer) (that )?(says|said|saying|goes)\b(?![^|]*\b(you|your)\b)|\bif (anybody|anyone|somebody|someone) (ever )?(calls?|asks?|tells?|says?|tries|wants|offers))( \S+){0,4} \|/,
  // "I got a call saying my account …".
  received:
    /\bi( have)?( just)? (got|gotten|received|had|keep getting) (an?|this|another|these)( [a-z]+){0,2} (calls?|texts?|emails?|letter|voicemail|messages?|pop ups?|popups?)( (from|saying|that says|that said|telling me)(?![^|]*\b(you|your)\b)( \S+){0,4})? \|/,
  // "Is this the …?", "are you from …?", "how do I know that you are …?".
  askedFor:
    /\b(is (this|that|it)|are you|have i reached|did i reach|can i (talk|speak) to|looking for|trying to reach|how do i know( that)?( this( is)?| you( are)?)?|if you are)( (?!(this|it|i|my|we) )[a-z]+){0,4} \|/,
  // "I got a letter from …".
  heardOf: /\b(letter|email|mail|text|bill|notice|refund|check|form|statement|word|news|anything)( [a-z]+){0,2} \|/,
  addressed:
    /\b(you|your|yours|maam|ma am|sir|madam|grandma|grandpa|granny|nana|i am|customers?|press|today|immediately|otherwise|unless|or (else|we|there))\b/,
};
