import type { Stance, Tactic } from '../../call/facts.ts';
import type { Speaker } from '../../call/utterance.ts';

/**
 * What a speaker does with a tactic, told from the words that lead up to it in the same clause. Whatever these rules
 * call harmless is silence on a scam if they are wrong, and callers choose their words: so each of them needs words
 * that govern the tactic, directly before it, and none is moved by a "no" or a "not" that merely stands nearby.
 */
export function stanceOf(tactic: Tactic, before: string, said: string, sentence: string, speaker: Speaker): Stance {
  const clause = before.slice(Math.max(...CLAUSE_ENDS.map((end) => before.lastIndexOf(end))) + 1);
  if (NARRATED.test(clause) || WARNED.test(clause)) return 'mentioned';
  if (!SELF_CONTAINED.has(tactic) && (REPORTED.test(before) || RECEIVED.test(before))) return 'mentioned';
  if (tactic === 'authority' && (HEARD_OF.test(clause) || ASKED_FOR.test(clause))) return 'mentioned';
  if (tactic === 'threat' && !ADDRESSED.test(sentence)) return 'mentioned';
  if (tactic.startsWith('ask_') && DEED.test(said) && OWN_DEED.test(clause) && !TO_YOU.test(said)) return 'mentioned';
  const isOwnDeed = tactic === 'victim_complying' || tactic === 'protective_advice';
  return takenBack(tactic, clause) ?? (speaker === 'protected' && !isOwnDeed ? 'mentioned' : 'pressed');
}

function takenBack(tactic: Tactic, clause: string): Stance | null {
  if (SELF_CONTAINED.has(tactic) || CONDITION.test(clause)) return null;
  if (REFUSED.test(clause)) return 'negated';
  if (tactic.startsWith('ask_')) return ADVISED_AGAINST.test(clause) ? 'advised_against' : null;
  return DENIED.test(clause) ? 'negated' : null;
}

/** A clause ends at a comma, or where one of these words takes a new run. */
const CLAUSE_ENDS = ['.', ',', ' but ', ' so ', ' then ', ' just ', ' now ', ' because '];

/** Tactics whose own words hold the negation ("do not tell anyone"), or that are about the speaker's own deeds. */
const SELF_CONTAINED: ReadonlySet<Tactic> = new Set([
  'urgency',
  'secrecy',
  'ask_stay_on_line',
  'ask_lie_to_bank',
  'victim_complying',
  'protective_advice',
]);

/** "If you do not pay, you will be arrested" presses. */
const CONDITION = /\b(if|unless|when|until|in case)\b/;
/** "We will never ask you to …", "you do not need to …". */
const REFUSED =
  /\b(i|we|you|they|he|she|it|bank|nobody|no one) ((will|would|do|does|did|can|could|should|are|am|is|need|have) )?(never|not)( (ever|ask|asking|have|need|want|require|be|being|going|you|for|to|your|the|a|any))* $/;
/** "Never give your …", "please do not …", "you should not …". */
const ADVISED_AGAINST =
  /(^| )(please |you should |you must |always )?(never|do not|should not|must not|avoid)( ever)? $/;
/** "There is no …", "that is not a …". */
const DENIED = /\b(no|not (actually |really |even )?(an?|any|the)|not (actually|really)|without|without any) $/;
/** "I bought …", "we will transfer …", "she usually gets …": what speakers do themselves. */
const OWN_DEED =
  /\b(i|we|he|she|they|people)( (will|would|can|could|have|had|just|already|am|are|was|were|is|did|to|going|might|should|then|also|always|usually|thought|wanted|want|like|need|think|never|not))* $/;
const DEED =
  /^(get|got|buy|bought|purchase|pick|bring|go|pay|paid|withdraw|take|took|transfer|move|moved|send|sent|put|read|give|gave|tell|told|use|download|install|open|log|sign|click|type|drive|deposit|return)\b/;
const TO_YOU = /\b(your?|us|me)\b/;
/** "They asked me to …": what somebody else wanted of the speaker. */
const NARRATED =
  /\b(asked|told|wanted|got|tricked|made|tried to get|trying to get) (me|her|him|us|them|people|my [a-z]+|grandma|mom|mum|dad) (to|into)?( [a-z]+)? ?$/;
/** "They will ask you to …", "if anyone tells you to …": what such people do. */
const WARNED =
  /\b(they|scammers?|fraudsters?|criminals|thieves|people|someone|somebody|anyone|anybody|callers?|calls?)( (will|may|might|would|could|often|always|also|then|even|who|that))* (tell|tells|ask|asks|asking|say|says|saying|want|wants|try|tries|pretend|pretends|claim|claims)( (you|people|us|me|for|to|that|they|the|are|you must|you to|get))* $/;
/**
 * "He said I should …", "somebody called and …", "if anybody asks you to …": talk about such calls, unless it turns to
 * "you". It governs what follows within four words; a report that is long over does not.
 */
const REPORTED =
  /(\b(he|she|they|somebody|someone|anybody|anyone|scammers?|callers?|(a|the|this|that|some) (guy|man|woman|lady|caller|scammer|person)|one that|scam where|scams? (going|where|that)) ((just|then|also|even|always) )?(called|calls?|said|says|told|tells|asked|asks|claimed|claims?|wanted|pretend(ed|s)?|tried|tries)\b(?!.*\b(you|your)\b)|\bif (anybody|anyone|somebody|someone) (ever )?(calls?|asks?|tells?|says?|tries|wants|offers))( \S+){0,4} $/;
/** "I got a call saying my account …". */
const RECEIVED =
  /\bi( have)?( just)? (got|gotten|received|had|keep getting) (an?|this|another|these)( [a-z]+){0,2} (calls?|texts?|emails?|letter|voicemail|messages?|pop ups?|popups?)( (from|saying|that says|that said|telling me)(?!.*\b(you|your)\b)( \S+){0,4})? $/;
/** "Is this the …?", "are you from …?", "how do I know that you are …?". */
const ASKED_FOR =
  /\b(is (this|that|it)|are you|have i reached|did i reach|can i (talk|speak) to|looking for|trying to reach|how do i know( that)?( this( is)?| you( are)?)?|if you are)( (?!(this|it|i|my|we) )[a-z]+){0,4} $/;
/** "I got a letter from …". */
const HEARD_OF =
  /\b(letter|email|mail|text|bill|notice|refund|check|form|statement|word|news|anything)( [a-z]+){0,2} $/;
/** A threat is meant for somebody: the one who listens, or one who speaks of himself as in trouble. */
const ADDRESSED = /\b(you|your|yours|maam|ma am|sir|madam|grandma|grandpa|granny|nana|i am|customer)\b/;
