import type { Lexicon } from '../lexicon.ts';
import { SPANISH_ASKS } from './asks.ts';
import { SPANISH_MONEY_ASKS } from './money-asks.ts';
import { SPANISH_PERSUASION } from './persuasion.ts';
import { SPANISH_PRESSURE } from './pressure.ts';
import { SPANISH_SPEECH } from './speech.ts';
import { SPANISH_STANCES } from './stances.ts';
import { SPANISH_STORIES } from './stories.ts';
import { SPANISH_CLASSES } from './word-classes.ts';

/**
 * Spanish as it is spoken in the United States, Mexico, Colombia, Argentina and Spain, in the forms of tú, usted and vos.
 * Words stand without accents, “del” as “de el” and “al” as “a el”: so `spoken-text.ts` reads them.
 */
export const SPANISH: Lexicon = {
  speech: SPANISH_SPEECH,
  stances: SPANISH_STANCES,
  classes: SPANISH_CLASSES,
  tactics: { ...SPANISH_PERSUASION, ...SPANISH_PRESSURE, ...SPANISH_ASKS, ...SPANISH_MONEY_ASKS },
  stories: SPANISH_STORIES,
};
