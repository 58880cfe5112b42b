import { describe, expect, it } from 'vitest';
import type { Stance, Tactic } from '../../../src/call/facts.ts';
import type { Speaker } from '../../../src/call/utterance.ts';
import { createLocalFinder } from '../../../src/scoring/local/local-finder.ts';
import { utterance } from '../../support/utterance.ts';

const find = (text: string, speaker: Speaker = 'unknown') =>
  createLocalFinder().hear(utterance(text, 1, speaker)).facts;
const stanceIn = (text: string, tactic: Tactic, speaker?: Speaker): Stance | 'absent' =>
  find(text, speaker).find((fact) => fact.tactic === tactic)?.stance ?? 'absent';

describe('the local finder', () => {
  it.each<[Tactic, string]>([
    ['authority', 'This is officer Daniel Cole with the Internal Revenue Service.'],
    ['authority', 'I am calling from the fraud department of your bank.'],
    ['authority', 'how are you this is officer Daniel Cole with the Internal Revenue Service'],
    ['urgency', 'You must act immediately.'],
    ['threat', 'There is a warrant out for your arrest.'],
    ['threat', 'Your social security number has been suspended.'],
    ['threat', 'Somebody is stealing money from your account.'],
    ['secrecy', "Please don't tell mom and dad."],
    ['secrecy', 'Do not tell the bank staff.'],
    ['secrecy', "Don't call the branch."],
    ['ask_code', 'Read me the six digit verification code.'],
    ['ask_code', 'Tell me the 6-digit code.'],
    ['ask_identity', 'Tell me your social security number.'],
    ['ask_card', 'I need the card number and the security code.'],
    ['ask_bank_login', 'Now log in to your online banking.'],
    ['ask_remote_access', 'Please download AnyDesk.'],
    ['ask_gift_card', 'Buy Target gift cards.'],
    ['ask_crypto', 'Send it through a bitcoin machine.'],
    ['ask_wire', 'Send the rest back by wire transfer.'],
    ['ask_cash_courier', 'A courier will come to pick up the cash.'],
    ['ask_move_money', 'Move all your money to a safe account.'],
    ['ask_stay_on_line', 'Stay on the line with me.'],
    ['ask_lie_to_bank', 'If they ask, say it is for a relative.'],
    ['ask_press_or_call_back', 'Press 1 to speak to an officer.'],
    ['victim_complying', 'The code is four two nine.'],
    ['victim_complying', 'I am at the store now, buying the gift cards.'],
    ['protective_advice', 'Hang up and call the number on the back of your card.'],
  ])('finds %s in “%s”', (tactic, text) => {
    const fact = find(text).find((found) => found.tactic === tactic);
    expect(fact?.stance).toBe('pressed');
    expect(text).toContain(fact?.quote);
  });

  it.each([
    'Hi mom, it is Julia, how was the garden club this week?',
    'Lovely, we planted tulips, and Margaret brought her lemon cake.',
    'Your appointment is on Thursday at ten thirty.',
    'They want to show you their drawings.',
  ])('finds nothing in “%s”', (text) => {
    expect(find(text)).toEqual([]);
  });

  it.each<[string, Tactic, Stance]>([
    ['I will never ask for your PIN.', 'ask_code', 'absent' as Stance],
    ['We will never ask you to tell us the code.', 'ask_code', 'negated'],
    ['You do not need to buy any gift cards.', 'ask_gift_card', 'negated'],
    ['Do not give your code to anyone.', 'ask_code', 'advised_against'],
    ['They asked me to buy gift cards.', 'ask_gift_card', 'mentioned'],
    ['If anyone tells you to buy gift cards, hang up.', 'ask_gift_card', 'mentioned'],
    ['I read about a scam where they say read me the code.', 'ask_code', 'mentioned'],
  ])('takes “%s” for what it is', (text, tactic, stance) => {
    expect(stanceIn(text, tactic)).toBe(stance);
  });

  it.each<[string, Tactic]>([
    ['If you do not pay, you will be arrested.', 'threat'],
    ['If you do not press one, you will be arrested.', 'threat'],
    ["No ma'am, read me the code.", 'ask_code'],
    ['No problem, buy the Target gift cards.', 'ask_gift_card'],
    ['There is no time, read me the code.', 'ask_code'],
    ["Don't call the branch, just read me the code.", 'ask_code'],
    ['Do not tell anyone, buy gift cards.', 'ask_gift_card'],
    ['This is not a scam, read me the code.', 'ask_code'],
    ['She said it was only a story, read me the code.', 'ask_code'],
    ['They told me to say that to everybody, buy Target gift cards.', 'ask_gift_card'],
    ['My manager told me you must buy gift cards right now.', 'ask_gift_card'],
  ])('is not put off by a “no” that stands nearby: “%s”', (text, tactic) => {
    expect(stanceIn(text, tactic)).toBe('pressed');
  });

  it('is not put off by a “No.” in the utterance before', () => {
    const finder = createLocalFinder();
    finder.hear(utterance('No', 1));
    expect(finder.hear(utterance('read me the code right now', 2)).facts).toContainEqual(
      expect.objectContaining({ tactic: 'ask_code', stance: 'pressed' }),
    );
  });

  it.each<[string, Tactic]>([
    ['I got a letter from the IRS.', 'authority'],
    ['My brother is in jail.', 'threat'],
    ['They tell you to buy gift cards.', 'ask_gift_card'],
    ['Wells Fargo security, please call us back on the number on your card.', 'ask_press_or_call_back'],
  ])('takes nobody at fault who talks like “%s”', (text, tactic) => {
    expect(stanceIn(text, tactic)).not.toBe('pressed');
  });

  it('listens to who says it', () => {
    expect(stanceIn('Read me the code.', 'ask_code', 'caller')).toBe('pressed');
    expect(stanceIn('Read you the code?', 'ask_code', 'protected')).toBe('mentioned');
    expect(stanceIn('The code is four two nine.', 'victim_complying', 'caller')).toBe('absent');
    expect(stanceIn('The code is four two nine.', 'victim_complying', 'protected')).toBe('pressed');
  });

  it('hears a phrase that two utterances share, and quotes what stands in the second', () => {
    const finder = createLocalFinder();
    finder.hear(utterance('You must buy Target gift', 1));
    const [fact] = finder
      .hear(utterance('cards and read me the numbers', 2))
      .facts.filter(({ tactic }) => tactic === 'ask_gift_card');
    expect(fact).toMatchObject({ utteranceId: 'u2', stance: 'pressed' });
    expect('cards and read me the numbers').toContain(fact?.quote);
  });

  it('reads a word that is spelled across a pause, and quotes no more than was said after it', () => {
    const finder = createLocalFinder();
    finder.hear(utterance('You need to buy Target g i', 1));
    const { facts } = finder.hear(utterance('f t cards', 2));
    expect(facts).toContainEqual(expect.objectContaining({ tactic: 'ask_gift_card', stance: 'pressed' }));
    for (const { quote } of facts) expect('f t cards').toContain(quote);
  });

  it('does not join what two sentences or two speakers say', () => {
    const finder = createLocalFinder();
    finder.hear(utterance('You must buy Target gift.', 1));
    expect(finder.hear(utterance('cards are nice', 2)).facts).toEqual([]);
    const other = createLocalFinder();
    other.hear(utterance('You must buy Target gift', 1, 'caller'));
    expect(other.hear(utterance('cards are nice', 2, 'protected')).facts).toEqual([]);
  });

  it('takes advice for no ask, wherever it is cut', () => {
    const words = 'if you have any doubt hang up and call the number on the back of your card'.split(' ');
    for (let cut = 1; cut < words.length; cut++) {
      const finder = createLocalFinder();
      const facts = [words.slice(0, cut), words.slice(cut)].flatMap(
        (part, at) => finder.hear(utterance(part.join(' '), at + 1)).facts,
      );
      expect(facts.filter(({ tactic, stance }) => tactic.startsWith('ask_') && stance === 'pressed')).toEqual([]);
    }
  });

  it('takes what is one’s own for no ask', () => {
    expect(stanceIn('They wanted me to give them my credit card number.', 'ask_card')).not.toBe('pressed');
    expect(stanceIn('Give me your credit card number.', 'ask_card')).toBe('pressed');
    expect(stanceIn('I can take the card number over the phone.', 'ask_card')).toBe('pressed');
  });

  it('hears a threat that names nobody, where it is to happen at once', () => {
    expect(stanceIn('It will be returned and a fine applied today.', 'threat')).toBe('pressed');
    expect(stanceIn('He got a fine of ten dollars.', 'threat')).not.toBe('pressed');
  });

  it('lets no weak cue hide the clear one within it', () => {
    const text = 'This is an automated message from the disconnection department.';
    expect(find(text).find(({ tactic }) => tactic === 'authority')).not.toHaveProperty('isWeak');
  });

  it('takes no one who asks for a desk, or tells of a call, for the caller', () => {
    expect(stanceIn('Hi, is this the Microsoft support team?', 'authority')).not.toBe('pressed');
    expect(stanceIn('Hi, is this the customer service for Bank of America?', 'authority')).not.toBe('pressed');
    expect(stanceIn('How do I know this is the technical support?', 'authority')).not.toBe('pressed');
    expect(stanceIn("This isn't actually the Microsoft support team.", 'authority')).not.toBe('pressed');
    expect(stanceIn('I got a call saying my account has been suspended.', 'threat')).not.toBe('pressed');
    expect(stanceIn('He said I should go and buy gift cards.', 'ask_gift_card')).not.toBe('pressed');
    expect(stanceIn('If anybody calls and wants to connect to your computer, hang up.', 'ask_remote_access')).not.toBe(
      'pressed',
    );
  });

  it('knows which story is told', () => {
    const finder = createLocalFinder();
    expect(finder.hear(utterance('Hello there', 1)).scamTypes).toEqual([]);
    expect(finder.hear(utterance('Grandma, I was in a car accident', 2)).scamTypes[0]).toBe('family_emergency');
  });

  it('tells by words alone that they leave it open, and that they are those of frauds', () => {
    const finder = createLocalFinder();
    const told = (text: string, number: number) => finder.hear(utterance(text, number)).scamTypes.slice(1);
    expect(told('This message is regarding your Amazon account, sir.', 1)).toEqual(['none']);
    expect(told('A suspicious order of an iPhone has been charged to your account.', 2)).toEqual(['other', 'none']);
  });

  it.each(['en', 'en-GB', 'fr', 'multi'])(
    'hears English in a call in %s: what has no lexicon may be any',
    (language) => {
      const finder = createLocalFinder();
      finder.spokenIn(language);
      const { facts, scamTypes } = finder.hear(utterance('There is a warrant out for your arrest by the IRS.'));
      expect(facts.map(({ tactic }) => tactic)).toContain('threat');
      expect(scamTypes).toEqual(['government_impersonation']);
    },
  );

  it('reads hostile text in no time', () => {
    const finder = createLocalFinder();
    const startedAtMs = performance.now();
    finder.hear(utterance('do not read me the '.repeat(2_000)));
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});
