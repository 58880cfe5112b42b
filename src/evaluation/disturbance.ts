import type { LabelledCall, Turn } from './labelled-call.ts';
import { createRandom } from './random.ts';

/** What a recogniser may do to a call. Each is the same at every run. `vocabulary`: what it may hear instead of a word. */
export type Disturbance = (call: LabelledCall, vocabulary: readonly string[]) => LabelledCall;

const eachTurn = (call: LabelledCall, change: (turn: Turn) => Turn): LabelledCall => ({
  ...call,
  turns: call.turns.map(change),
});

/** No punctuation, no capitals. */
const bare: Disturbance = (call) =>
  eachTurn(call, (turn) => ({
    ...turn,
    text: turn.text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}'’$\s]+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  }));

const withoutSpeakers: Disturbance = (call) => eachTurn(call, (turn) => ({ ...turn, speaker: 'unknown' }));

/** This share of the words wrong: three in five another word that is said in such calls, one lost, one too many. */
const wrongWords =
  (share: number): Disturbance =>
  (call, vocabulary) => {
    const random = createRandom(`${call.id} ${share}`);
    const anyWord = (): string => vocabulary[Math.floor(random() * vocabulary.length)] ?? '';
    const mishear = (word: string): string[] => {
      if (random() >= share) return [word];
      const kind = random();
      if (kind < 0.6) return [word.replace(/[\p{L}\p{N}'’$]+/u, anyWord())];
      return kind < 0.8 ? [] : [word, anyWord()];
    };
    return eachTurn(call, (turn) => ({ ...turn, text: turn.text.split(/\s+/).flatMap(mishear).join(' ') }));
  };

const inOrder =
  (...each: readonly Disturbance[]): Disturbance =>
  (call, vocabulary) =>
    each.reduce((disturbed, disturb) => disturb(disturbed, vocabulary), call);

export const AS_WRITTEN = 'as written';

/** Every repetition of the measurement, by the name that the tables give it. */
export const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  [AS_WRITTEN]: (call) => call,
  bare,
  'no speakers': withoutSpeakers,
  '10 % wrong words': wrongWords(0.1),
  '20 % wrong words': wrongWords(0.2),
  'all, 10 % wrong': inOrder(wrongWords(0.1), bare, withoutSpeakers),
};

/** The words of all calls, as often as they are said. */
export const vocabularyOf = (calls: readonly LabelledCall[]): string[] =>
  calls.flatMap(({ turns }) => turns.flatMap(({ text }) => text.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? []));
