import type { Stance, Tactic } from '../../call/facts.ts';
import type { Speaker } from '../../call/utterance.ts';
import type { StanceWords } from './lexicon.ts';

/** A tactic, and the sentence that it stands in. */
export interface Said {
  readonly tactic: Tactic;
  /** The words of the tactic itself. */
  readonly words: string;
  /** What leads up to them in the sentence, with a space behind each word. */
  readonly before: string;
  readonly sentence: string;
  readonly speaker: Speaker;
}

/**
 * What a speaker does with a tactic, told from the words that lead up to it in the same clause. Whatever these rules
 * call harmless is silence on a scam if they are wrong, and callers choose their words: so each of them needs words
 * that govern the tactic, directly before it, and none is moved by a "no" or a "not" that merely stands nearby.
 */
export function stanceOf(said: Said, by: StanceWords): Stance {
  const { tactic, words, before, speaker } = said;
  const ends = ['.', ',', ...by.clauseEnds.map((word) => ` ${word} `)];
  const clause = before.slice(Math.max(...ends.map((end) => before.lastIndexOf(end))) + 1);
  const inClause = `${clause}|${words}`;
  if (isTalkedAbout(said, inClause, by)) return 'mentioned';
  const isOwnDeed = tactic === 'victim_complying' || tactic === 'protective_advice';
  const mayBeTakenBack = !SELF_CONTAINED.has(tactic) && !by.condition.test(clause);
  return (
    (mayBeTakenBack ? takenBack(tactic, inClause, by) : null) ??
    (speaker === 'protected' && !isOwnDeed ? 'mentioned' : 'pressed')
  );
}

/** It is told of others, of long ago, or of the speaker's own things and deeds. */
function isTalkedAbout({ tactic, words, before, sentence }: Said, inClause: string, by: StanceWords): boolean {
  const inSentence = `${before}|${words}`;
  if (by.narrated.test(inClause) || by.warned.test(inClause)) return true;
  if (!SELF_CONTAINED.has(tactic) && (by.reported.test(inSentence) || by.received.test(inSentence))) return true;
  if (tactic === 'authority') return by.heardOf.test(inClause) || by.askedFor.test(inClause);
  if (tactic === 'threat') return !by.addressed.test(sentence);
  return tactic.startsWith('ask_') && !by.toYou.test(words) && (by.ownDeed.test(inClause) || by.ownThing.test(words));
}

function takenBack(tactic: Tactic, inClause: string, by: StanceWords): Stance | null {
  if (by.refused.test(inClause)) return 'negated';
  if (tactic.startsWith('ask_')) return by.advisedAgainst.test(inClause) ? 'advised_against' : null;
  return by.denied.test(inClause) ? 'negated' : null;
}

/** Tactics whose own words hold the negation ("do not tell anyone"), or that are about the speaker's own deeds. */
const SELF_CONTAINED: ReadonlySet<Tactic> = new Set([
  'urgency',
  'secrecy',
  'ask_stay_on_line',
  'ask_lie_to_bank',
  'victim_complying',
  'protective_advice',
]);
