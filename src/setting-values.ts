import { z } from 'zod';

/** What a setting may be: text that nobody guesses, a number above nothing, `true` or `false`. */
export const secret = z.string().min(32, 'must have at least 32 characters');
export const count = (fallback: number) => z.coerce.number('must be a number').int().positive().default(fallback);
export const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');
/** Names, separated by commas; `nothing` for none of them. */
export const listOf = <Name extends string>(names: readonly [Name, ...Name[]]) =>
  z
    .string()
    .transform((text) => (text.trim() === 'nothing' ? [] : text.split(/[\s,]+/).filter(Boolean)))
    .pipe(z.array(z.enum(names, `must be \`nothing\`, or of these, separated by commas: ${names.join(', ')}`)));
export const addressOf = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    abort: true,
  });
/** Without the slash that people like to put at the end; a path would be lost on the way to the provider. */
export const originOf = (...protocols: string[]) =>
  addressOf(...protocols)
    .refine((text) => isOrigin(text), 'must be an origin alone, without a path')
    .transform((text) => new URL(text).origin);
const isOrigin = (text: string): boolean => {
  const { pathname, search, hash, username } = new URL(text);
  return pathname === '/' && search + hash + username === '';
};
