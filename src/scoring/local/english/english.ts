import type { Lexicon } from '../lexicon.ts';
import { ENGLISH_ASKS } from './asks.ts';
import { ENGLISH_MONEY_ASKS } from './money-asks.ts';
import { ENGLISH_PERSUASION } from './persuasion.ts';
import { ENGLISH_PRESSURE } from './pressure.ts';
import { ENGLISH_STORIES } from './stories.ts';
import { ENGLISH_CLASSES } from './word-classes.ts';

export const ENGLISH: Lexicon = {
  classes: ENGLISH_CLASSES,
  tactics: { ...ENGLISH_PERSUASION, ...ENGLISH_PRESSURE, ...ENGLISH_ASKS, ...ENGLISH_MONEY_ASKS },
  stories: ENGLISH_STORIES,
};
