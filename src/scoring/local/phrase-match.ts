import type { Phrase } from './phrase.ts';
import { COMMA, SENTENCE_END } from './spoken-text.ts';

const NUMBER_WORD =
  /^(\d+|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|double|triple|cero|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|trece|catorce|quince|dieci[a-z]+|veinte|veinti[a-z]+|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|ciento|cientos|[a-z]+cient[ao]s|quinient[ao]s|mil|millon|millones)$/;

export const isNumber = (word: string): boolean => NUMBER_WORD.test(word);

/**
 * Where a phrase may end: bit n is set when it may so many words after it began, commas counted. Most of what the finder
 * costs is spent on these, and numbers cost least.
 */
export type Ends = number;

/** No phrase is found that ends later, and with so many words in it none is written. */
export const FURTHEST = 31;

const AT_ONCE: Ends = 0b1;
const AFTER_ONE: Ends = 0b10;
const NOWHERE: Ends = 0;

/** How many words lie between the beginning and the last of its ends; -1 when there is none. */
export const longestOf = (ends: Ends): number => FURTHEST - Math.clz32(ends);

export const shortestOf = (ends: Ends): number => longestOf(ends & -ends);

/** Ends of what begins `words` words later. */
export const later = (ends: Ends, words: number): Ends => (words > FURTHEST ? NOWHERE : ends << words);

/** Where the phrase may end when it begins at `at`. */
export function endsOf(node: Phrase, words: readonly string[], at: number): Ends {
  const word = words[at];
  if (word === COMMA && node.is !== 'row' && node.is !== 'maybe') return later(endsOf(node, words, at + 1), 1);
  switch (node.is) {
    case 'word':
      return word === node.text ? AFTER_ONE : NOWHERE;
    case 'stem':
      return word?.startsWith(node.text) ? AFTER_ONE : NOWHERE;
    case 'number':
      return word !== undefined && isNumber(word) ? AFTER_ONE : NOWHERE;
    case 'maybe':
      return AT_ONCE | endsOf(node.part, words, at);
    case 'choice':
      return choiceEnds(node, words, at);
    case 'row':
      return rowEnds(node.parts, words, at);
    case 'gap':
      return gapEnds(words, at, node.most);
  }
}

function choiceEnds(choice: Extract<Phrase, { is: 'choice' }>, words: readonly string[], at: number): Ends {
  const word = words[at];
  let ends = word !== undefined && choice.words.has(word) ? AFTER_ONE : NOWHERE;
  for (const part of choice.others) ends |= endsOf(part, words, at);
  return ends;
}

function rowEnds(parts: readonly Phrase[], words: readonly string[], at: number): Ends {
  let ends = AT_ONCE;
  for (const part of parts) {
    ends = endsAfter(ends, part, words, at);
    if (ends === NOWHERE) break;
  }
  return ends;
}

/** Where the phrase may end, counted from `at`, when it begins where another ended that began there. */
export function endsAfter(before: Ends, node: Phrase, words: readonly string[], at: number): Ends {
  let ends = NOWHERE;
  for (let rest = before; rest !== NOWHERE; rest &= rest - 1) {
    const begun = shortestOf(rest);
    ends |= later(endsOf(node, words, at + begun), begun);
  }
  return ends;
}

function gapEnds(words: readonly string[], at: number, most: number): Ends {
  let ends = AT_ONCE;
  let end = at;
  for (let passed = 0; passed < most; ) {
    const word = words[end];
    if (word === undefined || word === SENTENCE_END) break;
    end++;
    if (word === COMMA) continue;
    passed++;
    ends |= later(AT_ONCE, end - at);
  }
  return ends;
}
