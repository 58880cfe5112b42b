import type { ScriptLine, SpeakingPace } from '../../src/simulators/spoken-audio.ts';

/** How fast these calls are, and how they are spoken: 200 ms a word, 0.8 s between two lines, five times as fast. */
export const SPEED = 5;
export const PACE: SpeakingPace = { framesPerWord: 10, pauseFrames: 40 };

const caller = (text: string): ScriptLine => ({ speaker: 'caller', text });
const answer = (text: string): ScriptLine => ({ speaker: 'protected', text });

/**
 * Half a minute of a scam whose evidence is spread over it, each part said once. No part and no two of them are enough
 * for an alert: an instance that does not know what another heard stays quiet.
 */
export const SCAM: readonly ScriptLine[] = [
  caller('Good morning, this is James from the fraud department of your bank.'),
  caller('Somebody is stealing money from your account as we speak.'),
  answer('Oh no. What do I do?'),
  caller('I have your file open here and I can see three payments since breakfast.'),
  answer('I only went to the grocery and then back home for lunch.'),
  caller('One moment please, my screen is slow today and I have to look it up.'),
  answer('All right, I am sitting down now and my glasses are here.'),
  caller('Read me the verification code that we just sent you.'),
  answer('The code is five five one two.'),
  answer('My daughter says that I should write such things down.'),
];

/** The lines of `SCAM` that carry the evidence: an office, a threat, and what is asked for. */
export const EVIDENCE: readonly number[] = [0, 1, 7];

export const HONEST: readonly ScriptLine[] = [
  caller('Hello Rosa, it is Helen from next door, how are you keeping?'),
  answer('Very well, thank you, the garden is lovely this week.'),
  caller('I saw that your roses are out already, they look wonderful.'),
  answer('Come over on Sunday and I will cut some for you.'),
  caller('That is kind. Shall I bring the apple cake that you like?'),
  answer('Please do. Tommy is coming too, with the little one.'),
  caller('Then I will make the large one. See you on Sunday at four.'),
  answer('Until Sunday, and bring your photographs of the lake.'),
];
