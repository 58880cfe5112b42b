import anyAscii from 'any-ascii';

/** The GSM 03.38 alphabet (3GPP TS 23.038): characters of one septet, and those that take two. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENDED = new Set('^{}\\[~]|€\f');

/** What fits into one SMS. A single character outside the alphabet would cut it to 70. */
export const SEGMENT_SEPTETS = 160;

/** Septets of a text in which every character stands in the alphabet. */
export function septetsOf(text: string): number {
  let septets = 0;
  for (const character of text) septets += EXTENDED.has(character) ? 2 : 1;
  return septets;
}

/** The text in the alphabet: what stands outside it is transliterated (Łukasz: Lukasz, Иван: Ivan). */
export function toGsm7(text: string): string {
  const known = (character: string): boolean => BASIC.has(character) || EXTENDED.has(character);
  return [...text]
    .map((character) => (known(character) ? character : [...anyAscii(character)].filter(known).join('')))
    .join('');
}
