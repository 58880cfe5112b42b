import { z } from 'zod';

/** As BCP 47 writes it: a language, and if need be its script and its country. */
export const languageSchema = z
  .string()
  .regex(
    /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/,
    'must be a language as BCP 47 writes it, such as en-US or es',
  );
