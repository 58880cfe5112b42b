import type { UtteranceId } from '../call/ids.ts';
import type { Utterance } from '../call/utterance.ts';

export interface WindowLimits {
  /** How far back a window reaches, in milliseconds of the call. */
  readonly spanMs: number;
  readonly utterances: number;
  /** Bounds what a window costs the language model. */
  readonly characters: number;
}

/** The latest utterances of a call, within limits of time, number and length; the newest one always stays. */
export interface SlidingWindow {
  add(utterance: Utterance): void;
  /** Puts what another process heard before what was heard here. */
  restore(utterances: readonly Utterance[], unread: readonly UtteranceId[]): void;
  /** All of them, oldest first; the same list until there is another one. */
  utterances(): readonly Utterance[];
  /** What the model has not read, oldest first. */
  unread(): Utterance[];
  /** Those before the first unread one, at most so many. */
  context(most: number): Utterance[];
  markRead(utterances: readonly Utterance[]): void;
}

export function createSlidingWindow(limits: WindowLimits): SlidingWindow {
  let kept: Utterance[] = [];
  let characters = 0;
  let list: readonly Utterance[] | null = null;
  const read = new WeakSet<Utterance>();

  function add(utterance: Utterance): void {
    list = null;
    kept.push(utterance);
    characters += utterance.text.length;
    for (let oldest = kept[0]; oldest !== undefined && oldest !== utterance; oldest = kept[0]) {
      const isWithin =
        utterance.endMs - oldest.startMs <= limits.spanMs &&
        kept.length <= limits.utterances &&
        characters <= limits.characters;
      if (isWithin) return;
      kept.shift();
      characters -= oldest.text.length;
    }
  }

  const isUnread = (utterance: Utterance): boolean => !read.has(utterance);

  return {
    add,
    restore(utterances, unread) {
      const here = kept;
      kept = [];
      characters = 0;
      for (const utterance of utterances) {
        if (!unread.includes(utterance.id)) read.add(utterance);
        add(utterance);
      }
      for (const utterance of here) add(utterance);
    },
    utterances() {
      list ??= [...kept];
      return list;
    },
    unread: () => kept.filter(isUnread),
    context(most) {
      const firstUnread = kept.findIndex(isUnread);
      const end = firstUnread < 0 ? kept.length : firstUnread;
      return kept.slice(Math.max(0, end - most), end);
    },
    markRead(utterances) {
      for (const utterance of utterances) read.add(utterance);
    },
  };
}
