import { EVERYDAY_WORDS, TURNING_WORDS } from './everyday-words.ts';
import type { Phrase } from './phrase.ts';
import { type Ends, endsAfter, endsOf, later, shortestOf } from './phrase-match.ts';
import { COMMA, SENTENCE_END } from './spoken-text.ts';

/** A row that is told although the recogniser heard a word too many in it, or one of its everyday words wrong. */
export interface MisheardRow {
  readonly parts: readonly Part[];
}

interface Part {
  readonly phrase: Phrase;
  /** A word too many may stand before it: it follows another that must be said, at once. */
  readonly mayComeLate: boolean;
  /** Another word may stand in its place: it is an everyday one, between others. */
  readonly mayBeReplaced: boolean;
}

/** So many parts that are no everyday words tell a row. */
const TELLING_PARTS = 2;

/** The rows of a phrase that bear it. */
export function misheardRowsOf(phrase: Phrase): MisheardRow[] {
  if (phrase.is === 'choice') return phrase.others.flatMap(misheardRowsOf);
  if (phrase.is !== 'row') return [];
  const isNeeded = phrase.parts.map(({ is }) => is !== 'gap' && is !== 'maybe');
  const telling = phrase.parts.filter((part, at) => isNeeded[at] && !isEveryday(part));
  if (telling.length < TELLING_PARTS) return [];
  const parts = phrase.parts.map((part, at) => {
    const mayComeLate = at > 0 && isNeeded[at] === true && phrase.parts[at - 1]?.is !== 'gap';
    return {
      phrase: part,
      mayComeLate,
      mayBeReplaced: mayComeLate && at < phrase.parts.length - 1 && isEveryday(part),
    };
  });
  return parts.some(({ mayComeLate }) => mayComeLate) ? [{ parts }] : [];
}

function isEveryday(phrase: Phrase): boolean {
  switch (phrase.is) {
    case 'word':
      return EVERYDAY_WORDS.has(phrase.text);
    case 'choice':
    case 'row':
      return phrase.parts.every((part) => part.is === 'maybe' || isEveryday(part));
    default:
      return false;
  }
}

/** Where the row may end when it begins at `at`, with one word heard wrong. */
export function misheardEnds({ parts }: MisheardRow, words: readonly string[], at: number): Ends {
  let right: Ends = 0b1;
  let wrong: Ends = 0;
  for (const { phrase, mayComeLate, mayBeReplaced } of parts) {
    wrong = endsAfter(wrong, phrase, words, at);
    if (mayComeLate) {
      for (let rest = right; rest !== 0; rest &= rest - 1) {
        const end = shortestOf(rest);
        const word = words[at + end];
        if (word === undefined || word === SENTENCE_END || word === COMMA || TURNING_WORDS.has(word)) continue;
        wrong |= later(endsOf(phrase, words, at + end + 1), end + 1);
        if (mayBeReplaced) wrong |= later(0b1, end + 1);
      }
    }
    right = endsAfter(right, phrase, words, at);
    if ((right | wrong) === 0) break;
  }
  return wrong;
}
