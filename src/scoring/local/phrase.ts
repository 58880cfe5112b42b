/**
 * The little language in which the lexicons are written. A phrase is a row of words; commas in what is said are passed
 * over, and no phrase goes across the end of a sentence.
 *
 *     read                the word
 *     arrest*             a word that begins so
 *     #                   a number, in digits or words
 *     (gift|steam) card   one of several, each a phrase
 *     {bank}              one of a word class
 *     cards?              a letter that may be missing
 *     (your)?             what may be missing
 *     ~3                  up to three words of any kind
 */
export type Phrase =
  | { readonly is: 'word' | 'stem'; readonly text: string }
  | { readonly is: 'number' }
  | { readonly is: 'gap'; readonly most: number }
  | { readonly is: 'row'; readonly parts: readonly Phrase[] }
  /** `words` holds those of its parts that are single words, `others` the rest: a choice may be among a hundred. */
  | {
      readonly is: 'choice';
      readonly parts: readonly Phrase[];
      readonly words: ReadonlySet<string>;
      readonly others: readonly Phrase[];
    }
  | { readonly is: 'maybe'; readonly part: Phrase };

export type Leaf = Extract<Phrase, { is: 'word' | 'stem' | 'number' }>;

export type WordClasses = Readonly<Record<string, string>>;

/** Throws what is wrong with a phrase. */
export function parsePhrase(text: string, classes: WordClasses): Phrase {
  const tokens = text.match(/[a-z0-9?]*[a-z0-9]\??\*?|[()|?#]|~\d+|\{[a-z_]+\}/g) ?? [];
  if (tokens.join('') !== text.replaceAll(' ', '')) throw new Error(`not a phrase: ${text}`);
  let at = 0;

  function choice(): Phrase {
    const parts = [row()];
    while (tokens[at] === '|') {
      at++;
      parts.push(row());
    }
    return oneOf(parts);
  }

  function row(): Phrase {
    const parts: Phrase[] = [];
    for (let token = tokens[at]; token !== undefined && token !== '|' && token !== ')'; token = tokens[at]) {
      at++;
      const part = single(token);
      if (tokens[at] === '?') {
        at++;
        parts.push({ is: 'maybe', part });
      } else parts.push(part);
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'row', parts };
  }

  function single(token: string): Phrase {
    if (token === '#') return { is: 'number' };
    if (token.startsWith('~')) return { is: 'gap', most: Number(token.slice(1)) };
    if (token.startsWith('{')) return parsePhrase(classes[token.slice(1, -1)] ?? unknownClass(token), classes);
    if (token.endsWith('*')) return { is: 'stem', text: token.slice(0, -1) };
    if (token !== '(') return oneOf(spellings(token).map((each) => ({ is: 'word', text: each })));
    const group = choice();
    if (tokens[at++] !== ')') throw new Error(`a bracket is not closed: ${text}`);
    return group;
  }

  const phrase = choice();
  if (at !== tokens.length) throw new Error(`not a phrase: ${text}`);
  return phrase;
}

function oneOf(parts: readonly Phrase[]): Phrase {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const words = new Set(parts.flatMap((part) => (part.is === 'word' ? [part.text] : [])));
  return { is: 'choice', parts, words, others: parts.filter(({ is }) => is !== 'word') };
}

/** "neighbou?rs?" is written in four ways. */
function spellings(word: string): string[] {
  const optional = /^(.*?)(.)\?(.*)$/.exec(word);
  if (optional === null) return [word];
  const [, before = '', letter = '', after = ''] = optional;
  return spellings(after).flatMap((rest) => [before + letter + rest, before + rest]);
}

function unknownClass(token: string): never {
  throw new Error(`an unknown word class: ${token}`);
}
