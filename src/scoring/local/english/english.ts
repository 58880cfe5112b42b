import type { Lexicon } from '../lexicon.ts';
import { ENGLISH_ASKS } from './asks.ts';
import { ENGLISH_MONEY_ASKS } from './money-asks.ts';
import { ENGLISH_PERSUASION } from './persuasion.ts';
import { ENGLISH_PRESSURE } from './pressure.ts';
import { ENGLISH_SPEECH } from './speech.ts';
import { ENGLISH_STANCES } from './stances.ts';
import { ENGLISH_STORIES } from './stories.ts';
import { ENGLISH_CLASSES } from './word-classes.ts';

/**
 * From how fraud is described by the FTC (https://consumer.ftc.gov/scams), the FBI's IC3 and AARP's Fraud Watch Network,
 * and from the public-domain robocalls of the FTC's Project Point of No Entry.
 */
export const ENGLISH: Lexicon = {
  speech: ENGLISH_SPEECH,
  stances: ENGLISH_STANCES,
  classes: ENGLISH_CLASSES,
  tactics: { ...ENGLISH_PERSUASION, ...ENGLISH_PRESSURE, ...ENGLISH_ASKS, ...ENGLISH_MONEY_ASKS },
  stories: ENGLISH_STORIES,
};
