import type { ScriptLine } from './spoken-audio.ts';

export interface Scenario {
  readonly title: string;
  readonly isScam: boolean;
  readonly lines: readonly ScriptLine[];
}

const caller = (text: string): ScriptLine => ({ speaker: 'caller', text });
const answer = (text: string): ScriptLine => ({ speaker: 'protected', text });

/** Scripted calls. Nobody has said these words; they are as such calls are told to be. */
export const BANK_IMPERSONATION: Scenario = {
  title: 'a bank impersonation',
  isScam: true,
  lines: [
    caller('Good morning, this is James from the fraud department of your bank.'),
    caller('Somebody is stealing money from your account right now.'),
    answer('Oh no. What do I do?'),
    caller('Read me the verification code that we just sent you.'),
    answer('The code is five five one two.'),
    caller('Now move your savings to a safe account, and do not tell the branch.'),
  ],
};

export const GRANDCHILD_IN_TROUBLE: Scenario = {
  title: 'a grandchild in trouble',
  isScam: true,
  lines: [
    caller('Grandma, it is me. I was in a car accident and I am in jail.'),
    answer('Tommy? You sound so different.'),
    caller("Please don't tell mom and dad, keep it a secret."),
    caller('My lawyer says it is eight thousand dollars for bail.'),
    answer('I have the money at the bank.'),
    caller('A courier will come to pick up the cash. Stay on the line.'),
  ],
};

export const GENUINE_FRAUD_DESK: Scenario = {
  title: 'a real bank fraud desk, which must stay quiet',
  isScam: false,
  lines: [
    caller('Good afternoon, this is Laura from the fraud team at First Harbor Bank.'),
    caller('We declined a card payment of ninety dollars. Was that you?'),
    answer('No, that was not me.'),
    caller('Then the card is blocked, and nothing else is needed from you.'),
    caller('We will never ask for your code. To be sure, call the number on your card.'),
  ],
};
