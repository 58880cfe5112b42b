import type { Phrase } from './phrase.ts';
import { COMMA, SENTENCE_END } from './spoken-text.ts';

const NUMBER_WORD =
  /^(\d+|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|double|triple|cero|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|trece|catorce|quince|dieci[a-z]+|veinte|veinti[a-z]+|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|ciento|cientos|[a-z]+cient[ao]s|quinient[ao]s|mil|millon|millones)$/;

export const isNumber = (word: string): boolean => NUMBER_WORD.test(word);

/** Where the phrase may end when it begins at `at`. */
export function endsOf(node: Phrase, words: readonly string[], at: number): number[] {
  const word = words[at];
  if (word === COMMA && node.is !== 'row' && node.is !== 'maybe') return endsOf(node, words, at + 1);
  switch (node.is) {
    case 'word':
      return word === node.text ? [at + 1] : [];
    case 'stem':
      return word?.startsWith(node.text) ? [at + 1] : [];
    case 'number':
      return word !== undefined && isNumber(word) ? [at + 1] : [];
    case 'maybe':
      return [at, ...endsOf(node.part, words, at)];
    case 'choice':
      return choiceEnds(node, words, at);
    case 'row':
      return rowEnds(node.parts, words, at);
    case 'gap':
      return gapEnds(words, at, node.most);
  }
}

// Plain loops: most of what the finder costs is spent here.
function choiceEnds(choice: Extract<Phrase, { is: 'choice' }>, words: readonly string[], at: number): number[] {
  const word = words[at];
  const ends = word !== undefined && choice.words.has(word) ? [at + 1] : [];
  for (const part of choice.others) {
    if (part.is !== 'stem') ends.push(...endsOf(part, words, at));
    else if (word?.startsWith(part.text)) ends.push(at + 1);
  }
  return distinct(ends);
}

function rowEnds(parts: readonly Phrase[], words: readonly string[], at: number): number[] {
  let ends = [at];
  for (const part of parts) {
    ends = distinct(allEnds(part, words, ends));
    if (ends.length === 0) return ends;
  }
  return ends;
}

/** Where the phrase may end when it begins at one of `starts`. */
export function allEnds(node: Phrase, words: readonly string[], starts: readonly number[]): number[] {
  const ends: number[] = [];
  for (const at of starts) for (const end of endsOf(node, words, at)) ends.push(end);
  return ends;
}

function gapEnds(words: readonly string[], at: number, most: number): number[] {
  const ends = [at];
  let end = at;
  for (let passed = 0; passed < most; ) {
    const word = words[end];
    if (word === undefined || word === SENTENCE_END) break;
    end++;
    if (word === COMMA) continue;
    passed++;
    ends.push(end);
  }
  return ends;
}

const distinct = (ends: number[]): number[] => (ends.length < 2 ? ends : [...new Set(ends)]);
