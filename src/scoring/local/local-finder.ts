import {
  type CallFacts,
  type Fact,
  SCAM_TYPES,
  type ScamType,
  type Stance,
  TACTICS,
  type Tactic,
} from '../../call/facts.ts';
import type { Speaker, Utterance } from '../../call/utterance.ts';
import { TACTIC_PATTERNS } from './lexicon.ts';
import { SCAM_TYPE_PATTERNS } from './scam-type-lexicon.ts';
import { readSpokenText, type SpokenText } from './spoken-text.ts';

/** The detector that needs no network: rules over what is said and how, at once and within a millisecond. */
export interface LocalFinder {
  /** Facts of the newest utterance; the scam type is the reading of the whole call so far. */
  hear(utterance: Utterance): CallFacts;
}

/** How much of the utterance before is read again, so that a phrase across two utterances is still one phrase. */
const CARRIED_WORDS = 8;
const CARRIED_WITHIN_MS = 3_000;

const tacticMatchers = TACTICS.map((tactic) => [tactic, compile(TACTIC_PATTERNS[tactic])] as const);
const typeMatchers = SCAM_TYPES.flatMap((type) =>
  type === 'none' || type === 'other'
    ? []
    : [[type, SCAM_TYPE_PATTERNS[type].map((pattern) => compile([pattern]))] as const],
);

export function createLocalFinder(): LocalFinder {
  const typeCues = new Map<ScamType, Set<RegExp>>();
  let previous: Utterance | null = null;

  function hearType(text: string): ScamType {
    for (const [type, matchers] of typeMatchers) {
      const heard = matchers.filter((matcher) => text.search(matcher) >= 0);
      if (heard.length > 0) typeCues.set(type, new Set([...(typeCues.get(type) ?? []), ...heard]));
    }
    const [strongest] = [...typeCues].sort(([, a], [, b]) => b.size - a.size);
    return strongest?.[0] ?? 'none';
  }

  return {
    hear(utterance) {
      const carried = previous === null ? '' : carriedWords(previous, utterance);
      const spoken = readSpokenText(carried + utterance.text);
      const ownFrom = carried === '' ? 0 : readSpokenText(carried).text.length + 1;
      previous = utterance;
      const facts = tacticMatchers.flatMap(([tactic, matcher]) => {
        const fact = findTactic(tactic, matcher, spoken, ownFrom, utterance);
        return fact === null ? [] : [fact];
      });
      return { facts, scamType: hearType(spoken.text), summary: '' };
    },
  };
}

/** The last words of the utterance before, when this one goes on with the sentence. */
function carriedWords(previous: Utterance, next: Utterance): string {
  const isSameBreath = next.startMs - previous.endMs < CARRIED_WITHIN_MS && previous.speaker === next.speaker;
  if (!isSameBreath || /[.?!]\s*$/.test(previous.text)) return '';
  return `${previous.text.split(/\s+/).slice(-CARRIED_WORDS).join(' ')} `;
}

/** The tactic's strongest occurrence that ends in the utterance itself (`ownFrom` is where its words begin). */
function findTactic(
  tactic: Tactic,
  matcher: RegExp,
  spoken: SpokenText,
  ownFrom: number,
  { id, speaker, endMs }: Utterance,
): Fact | null {
  if (tactic === 'victim_complying' && speaker === 'caller') return null;
  let found: Fact | null = null;
  for (const match of spoken.text.matchAll(matcher)) {
    const to = match.index + match[0].length;
    if (to <= ownFrom) continue;
    const stance = stanceOf(tactic, spoken.text.slice(0, match.index), speaker);
    const quote = spoken.original(Math.max(match.index, ownFrom), to);
    const fact: Fact = { tactic, utteranceId: id, quote, stance, finder: 'local', atMs: endMs };
    if (stance === 'pressed') return fact;
    found ??= fact;
  }
  return found;
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
const NEGATED =
  /\b(never|not|nobody|no one|nothing|without|no need to)( [a-z]+){0,2} (ask|asking|need|needed|want|require|request|have|call|calling|says?)( [^ .]+){0,6} $/;
const DENIED = /\b(no|not|never|not a|without)( [^ .]+){0,1} $/;
const ADVISED_AGAINST =
  /\b(never|not|avoid)( ever)? ((share|give|giving|sharing|tell|buy|pay|send|read)( [^ .]+){0,4} )?$/;
const CONDITION = /\b(if|unless)( [^ .]+){0,6} $/;
const REPORTED =
  /\b((asked|told|wanted|tricked|tried to get) (me|him|her|them|us|people|someone|my [a-z]+)|(he|she|they|someone|somebody|scammers?|fraudsters?|people|criminals) (said|say|says|asks?|asked|claims?|pretend|will ask|called)|if (anyone|someone|somebody|a caller|the caller)|(a|the|these|those) (scams?|scammers?|fraudsters?)|(saw|heard|read|reading|article|news|story) (about|on|that|of))( [^ .]+){0,10} $/;

function stanceOf(tactic: Tactic, before: string, speaker: Speaker): Stance {
  const clause = before.slice(before.lastIndexOf('.') + 1);
  if (REPORTED.test(clause)) return 'mentioned';
  if (!SELF_CONTAINED.has(tactic)) {
    if (NEGATED.test(clause)) return 'negated';
    if (tactic.startsWith('ask_') && ADVISED_AGAINST.test(clause)) return 'advised_against';
    if (DENIED.test(clause) && !CONDITION.test(clause)) return 'negated';
  }
  const isOwnDeed = tactic === 'victim_complying' || tactic === 'protective_advice';
  return speaker === 'protected' && !isOwnDeed ? 'mentioned' : 'pressed';
}

/** One expression for all phrases of a tactic; `~3` becomes up to three words of the same sentence. */
function compile(patterns: readonly string[]): RegExp {
  const source = patterns.map((pattern) => pattern.replaceAll(/ ~(\d+) /g, ' (?:[^ .]+ ){0,$1}'));
  return new RegExp(`(?<= |^)(?:${source.join('|')})(?= |$)`, 'g');
}
