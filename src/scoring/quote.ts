const WORD = /[\p{L}\p{N}]+/gu;

/**
 * Where a quote stands in an utterance, letter case and punctuation aside, in the utterance's own letters; null when it
 * does not stand there. A finder that invents words is not believed.
 */
export function locateQuote(utterance: string, quote: string): string | null {
  const said = [...utterance.matchAll(WORD)];
  const wanted = [...quote.matchAll(WORD)].map(([word]) => word.toLowerCase());
  if (wanted.length === 0) return null;
  for (let start = 0; start + wanted.length <= said.length; start++) {
    if (!wanted.every((word, offset) => said[start + offset]?.[0].toLowerCase() === word)) continue;
    const first = said[start];
    const last = said[start + wanted.length - 1];
    if (first !== undefined && last !== undefined) return utterance.slice(first.index, last.index + last[0].length);
  }
  return null;
}
