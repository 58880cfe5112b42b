import type { ScamType } from './facts.ts';
import type { ContactId } from './ids.ts';

export const FEEDBACK_VERDICTS = ['scam', 'legitimate'] as const;

/** What a call was in truth, as somebody says who knows more than was heard. */
export interface Opinion {
  readonly verdict: (typeof FEEDBACK_VERDICTS)[number];
  /** Null: not said. */
  readonly scamType: ScamType | null;
  readonly note: string | null;
}

/** Of each source the latest opinion counts: of contacts (by the reply `SAFE`) as of operators (through the API). */
export interface Feedback extends Opinion {
  readonly source: 'contact' | 'operator';
  /** Who of the contacts; null of operators. */
  readonly contactId: ContactId | null;
  readonly givenAt: Date;
}

/** What is learned from: operators look into a call, and have the last word. Null: nobody said anything. */
export const labelOf = (feedback: readonly Feedback[]): Feedback | null =>
  feedback.find(({ source }) => source === 'operator') ?? feedback[0] ?? null;
