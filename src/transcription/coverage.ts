/**
 * Who has heard what of one stream's audio, where a fallback recogniser listens beside the main one, and with it what
 * nobody has heard. All positions are bytes since the stream began.
 *
 * The fallback listens in spans, one after the other; of each:
 *
 *     from ≤ told ≤ until
 *
 * Up to `told` its words are out. Beyond that it is listening, until the span is over: `until` is then where the main
 * recogniser took up the audio again, or `told` when the fallback broke, for what it held back is gone.
 *
 * Blind is what the main recogniser will never hear (`lose`), except within a span. Silence that the fallback listened
 * to counts as heard, but for the last of it when it broke: whether it still listened then, nobody knows.
 */
export interface Coverage {
  /** The fallback listens from here on. */
  begin(position: number): void;
  /** Where the latest span stands; null before the first. */
  readonly latest: { readonly told: number; readonly until: number } | null;
  /** Its words up to here are out. */
  tell(position: number): void;
  /** The main recogniser has taken the audio up from here. */
  giveBack(position: number): void;
  /** The fallback listens no more, and what it held back is gone. */
  breakOff(): void;
  /** Whether the fallback's words of this position are out. */
  isTold(position: number): boolean;
  /** The end of what the fallback has told from here on without a gap: `position` itself when that is nothing. */
  toldFrom(position: number): number;
  /** The main recogniser will never hear this stretch. Stretches come in order. */
  lose(from: number, until: number): void;
  readonly blindBytes: number;
}

interface Span {
  readonly from: number;
  told: number;
  until: number;
}

/** Further back than any replay reaches, however often a recogniser comes and goes. */
const SPANS_KEPT = 16;

export function createCoverage(): Coverage {
  const spans: Span[] = [];
  let blindBytes = 0;
  let lostUntil = 0;

  const latest = (): Span | null => spans.at(-1) ?? null;
  const listening = (): Span | undefined => spans.findLast(({ until }) => until === Number.POSITIVE_INFINITY);
  const toldSpan = (position: number): Span | undefined =>
    spans.find(({ from, told }) => from <= position && position < told);

  return {
    begin(position) {
      const from = Math.max(position, latest()?.until ?? 0);
      spans.push({ from, told: from, until: Number.POSITIVE_INFINITY });
      if (spans.length > SPANS_KEPT) spans.shift();
    },
    get latest() {
      return latest();
    },
    tell(position) {
      const span = latest();
      if (span !== null) span.told = Math.max(span.told, Math.min(position, span.until));
    },
    giveBack(position) {
      const span = listening();
      if (span !== undefined) span.until = Math.max(span.told, position);
    },
    breakOff() {
      const span = listening();
      if (span === undefined) return;
      span.until = span.told;
      blindBytes += Math.max(0, lostUntil - span.told);
    },
    isTold: (position) => toldSpan(position) !== undefined,
    toldFrom: (position) => toldSpan(position)?.told ?? position,
    lose(from, until) {
      let unheard = Math.max(0, until - from);
      for (const span of spans) unheard -= Math.max(0, Math.min(until, span.until) - Math.max(from, span.from));
      blindBytes += unheard;
      lostUntil = Math.max(lostUntil, until);
    },
    get blindBytes() {
      return blindBytes;
    },
  };
}
