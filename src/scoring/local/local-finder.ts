import { type Fact, SCAM_TYPES, type ScamType, TACTICS, type Tactic } from '../../call/facts.ts';
import type { Utterance } from '../../call/utterance.ts';
import { TACTIC_PATTERNS } from './lexicon.ts';
import { SCAM_TYPE_PATTERNS } from './scam-type-lexicon.ts';
import { readSpokenText, type SpokenText } from './spoken-text.ts';
import { stanceOf } from './stance.ts';

/** The detector that needs no network: rules over what is said and how, at once and within a millisecond. */
export interface LocalFinder {
  hear(utterance: Utterance): LocalFacts;
}

export interface LocalFacts {
  /** Of the newest utterance. */
  readonly facts: readonly Fact[];
  /** The stories that the call has told so far, the likeliest first. */
  readonly scamTypes: readonly ScamType[];
}

/** How many of the words before are read again, so that a phrase across utterances is still one phrase. */
const CARRIED_WORDS = 8;
const CARRIED_WITHIN_MS = 3_000;
/** A recogniser that cuts a sentence in two may put a full stop there; after these words it is none. */
const UNFINISHED = /\b(the|a|an|to|your|and|of|for|me|my|with|on|in|is|will)[.?!]$/i;

const tacticMatchers = TACTICS.map((tactic) => [tactic, compile(TACTIC_PATTERNS[tactic])] as const);
const typeMatchers = SCAM_TYPES.flatMap((type) =>
  type === 'none' || type === 'other'
    ? []
    : [[type, SCAM_TYPE_PATTERNS[type].map((pattern) => compile([pattern]))] as const],
);

export function createLocalFinder(): LocalFinder {
  const cues = new Map<ScamType, Set<RegExp>>();
  let previous: Utterance | null = null;
  /** The last words before the newest utterance, as they were said. */
  let carried: string[] = [];

  function carry(utterance: Utterance): string {
    const goesOn =
      previous !== null &&
      utterance.startMs - previous.endMs < CARRIED_WITHIN_MS &&
      previous.speaker === utterance.speaker;
    const before = goesOn ? carried : [];
    const text = UNFINISHED.test(utterance.text) ? utterance.text.slice(0, -1) : utterance.text;
    previous = utterance;
    carried = [...before, ...text.split(/\s+/)].slice(-CARRIED_WORDS);
    return before.length === 0 ? '' : `${before.join(' ')} `;
  }

  function hearStories(text: string): ScamType[] {
    for (const [type, matchers] of typeMatchers) {
      const heard = matchers.filter((matcher) => text.search(matcher) >= 0);
      if (heard.length > 0) cues.set(type, new Set([...(cues.get(type) ?? []), ...heard]));
    }
    return [...cues].sort(([, a], [, b]) => b.size - a.size).map(([type]) => type);
  }

  return {
    hear(utterance) {
      const before = carry(utterance);
      const spoken = readSpokenText(before + utterance.text);
      const ownFrom = before === '' ? 0 : readSpokenText(before).text.length + 1;
      const facts = tacticMatchers.flatMap(([tactic, matcher]) => {
        const fact = findTactic(tactic, matcher, spoken, ownFrom, utterance);
        return fact === null ? [] : [fact];
      });
      return { facts, scamTypes: hearStories(spoken.text) };
    },
  };
}

/** The tactic's strongest occurrence that ends in the utterance itself (`ownFrom` is where its words begin). */
function findTactic(
  tactic: Tactic,
  matcher: RegExp,
  { text, original }: SpokenText,
  ownFrom: number,
  { id, speaker, endMs }: Utterance,
): Fact | null {
  if (tactic === 'victim_complying' && speaker === 'caller') return null;
  let found: Fact | null = null;
  for (const match of text.matchAll(matcher)) {
    const to = match.index + match[0].length;
    if (to <= ownFrom) continue;
    const before = text.slice(0, match.index);
    const stance = stanceOf(tactic, before, sentenceAround(text, match.index, to), speaker);
    const quote = original(Math.max(match.index, ownFrom), to);
    const fact: Fact = { tactic, utteranceId: id, quote, stance, finder: 'local', atMs: endMs };
    if (stance === 'pressed') return fact;
    found ??= fact;
  }
  return found;
}

function sentenceAround(text: string, from: number, to: number): string {
  const end = text.indexOf('.', to);
  return text.slice(text.lastIndexOf('.', from) + 1, end < 0 ? text.length : end);
}

/** One expression for all phrases of a tactic; `~3` becomes up to three words of the same sentence. */
function compile(patterns: readonly string[]): RegExp {
  const source = patterns.map((pattern) => pattern.replaceAll(/~(\d+) /g, '(?:[^ .]+ ){0,$1}')).join('|');
  if (source.includes('~')) throw new Error(`a gap at the end of a pattern: ${source}`);
  return new RegExp(`(?<= |^)(?:${source})(?= |$)`, 'g');
}
