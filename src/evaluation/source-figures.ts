import { type ScamType, TACTICS, type Tactic } from '../call/facts.ts';
import { type PlayedCall, peakScore } from './played-call.ts';
import { type Matches, macroF1, quantile, type Share, shareOf } from './statistics.ts';

const EARLY_MS = 30_000;
export const FIVE_MINUTES_MS = 300_000;

/** What was measured of the calls of one source, under one disturbance. Null: the source holds nothing to measure it by. */
export interface SourceFigures {
  readonly source: string;
  readonly disturbance: string;
  readonly alerted: Share;
  readonly alertedEarly: Share;
  /** Of the campaigns, each counted by its first call. */
  readonly campaignsEarly: Share | null;
  /** Alerted before the turn begins in which what matters is asked for; and before that turn is answered. */
  readonly beforeAsk: Share | null;
  readonly byAsk: Share | null;
  readonly alertMedianMs: number | null;
  readonly alertP90Ms: number | null;
  /** Legitimate calls that raised an alarm within five minutes. */
  readonly falseAlarms: Share;
  readonly nearDomainFalseAlarms: Share;
  /** Of the legitimate calls in chains of at least five minutes, each of which is one call to the scoring. */
  readonly chainedFalseAlarms: Share;
  /** Pairs whose fraudulent call has the higher score. */
  readonly pairsInOrder: Share;
  /** Macro-averaged; a call without an alert is of no type. */
  readonly typeF1: number | null;
  readonly tacticF1: number | null;
}

export function measureSource(
  source: string,
  disturbance: string,
  played: readonly PlayedCall[],
  chained: readonly PlayedCall[],
): SourceFigures {
  const scams = played.filter(({ call }) => call.isScam);
  const legit = played.filter(({ call }) => !call.isScam);
  const campaigns = firstOfEach(scams, ({ call }) => call.cluster);
  const asking = scams.filter(({ call }) => call.askTurn !== null);
  const alertTimes = scams.flatMap(({ alertAtMs }) => (alertAtMs === null ? [] : [alertAtMs]));
  return {
    source,
    disturbance,
    alerted: shareOf(scams, isAlerted),
    alertedEarly: shareOf(scams, isEarly),
    campaignsEarly: campaigns.length < scams.length ? shareOf(campaigns, isEarly) : null,
    beforeAsk: asking.length > 0 ? shareOf(asking, (call) => isBeforeAsk(call, 0)) : null,
    byAsk: asking.length > 0 ? shareOf(asking, (call) => isBeforeAsk(call, 1)) : null,
    alertMedianMs: quantile(alertTimes, 0.5),
    alertP90Ms: quantile(alertTimes, 0.9),
    falseAlarms: shareOf(legit, isFalseAlarm),
    nearDomainFalseAlarms: shareOf(
      legit.filter(({ call }) => call.isNearDomain),
      isFalseAlarm,
    ),
    chainedFalseAlarms: shareOf(chained, isAlerted),
    pairsInOrder: pairOrder(scams, legit),
    typeF1: typeF1(scams),
    tacticF1: tacticF1(played),
  };
}

const isAlerted = ({ alertAtMs }: PlayedCall): boolean => alertAtMs !== null;
const isWithin = ({ alertAtMs }: PlayedCall, limitMs: number): boolean => alertAtMs !== null && alertAtMs <= limitMs;
const isEarly = (played: PlayedCall): boolean => isWithin(played, EARLY_MS);
const isFalseAlarm = (played: PlayedCall): boolean => isWithin(played, FIVE_MINUTES_MS);
/** The score that decides whether a call counts as found, for thresholds other than the policy's. */
export const decidingScore = (played: PlayedCall): number =>
  peakScore(played, played.call.isScam ? EARLY_MS : FIVE_MINUTES_MS);

function isBeforeAsk({ call, spoken, alertAtMs }: PlayedCall, turnsLater: number): boolean {
  if (call.askTurn === null || alertAtMs === null) return false;
  return alertAtMs <= (spoken.turnStartsMs[call.askTurn + turnsLater] ?? spoken.lengthMs);
}

function firstOfEach(played: readonly PlayedCall[], keyOf: (each: PlayedCall) => string): PlayedCall[] {
  const first = new Map<string, PlayedCall>();
  for (const each of played) if (!first.has(keyOf(each))) first.set(keyOf(each), each);
  return [...first.values()];
}

function pairOrder(scams: readonly PlayedCall[], legit: readonly PlayedCall[]): Share {
  const twins = scams.flatMap((scam) => {
    const twin = legit.find(({ call }) => call.pair !== null && call.pair === scam.call.pair);
    return twin === undefined ? [] : [{ scam, twin }];
  });
  return shareOf(
    twins,
    ({ scam, twin }) => peakScore(scam, scam.spoken.lengthMs) > peakScore(twin, twin.spoken.lengthMs),
  );
}

function typeF1(scams: readonly PlayedCall[]): number | null {
  const labelled = scams.filter(({ call }) => call.scamType !== null);
  const classes = new Map<ScamType, Matches>();
  const matches = (type: ScamType): Matches => {
    const known = classes.get(type) ?? { right: 0, wrong: 0, missed: 0 };
    classes.set(type, known);
    return known;
  };
  for (const { call, scamType } of labelled) {
    if (call.scamType === null) continue;
    if (call.scamType === scamType) matches(scamType).right++;
    else {
      matches(call.scamType).missed++;
      if (scamType !== 'none') matches(scamType).wrong++;
    }
  }
  return macroF1(classes.values());
}

/** Turn by turn: which tactics are pressed, or shown, in it. */
function tacticF1(played: readonly PlayedCall[]): number | null {
  const classes = new Map<Tactic, Matches>(TACTICS.map((tactic) => [tactic, { right: 0, wrong: 0, missed: 0 }]));
  const turns = played.flatMap((each) =>
    each.call.turns.flatMap(({ tactics }, turn) =>
      tactics === null ? [] : [{ tactics, found: tacticsIn(each, turn) }],
    ),
  );
  for (const { tactics, found } of turns) {
    for (const [tactic, matches] of classes) {
      if (found.has(tactic)) matches[tactics.includes(tactic) ? 'right' : 'wrong']++;
      else if (tactics.includes(tactic)) matches.missed++;
    }
  }
  return macroF1(classes.values());
}

function tacticsIn({ spoken, verdicts }: PlayedCall, turn: number): Set<Tactic> {
  const ofTurn = new Set(spoken.utterances.filter((_, at) => spoken.turnOf[at] === turn).map(({ id }) => id));
  const found = verdicts
    .flatMap(({ newFacts }) => newFacts)
    .filter(({ utteranceId, stance }) => ofTurn.has(utteranceId) && stance === 'pressed');
  return new Set(found.map(({ tactic }) => tactic));
}
