import { describe, expect, it } from 'vitest';
import { septetsOf, toGsm7 } from '../../src/alerting/gsm7.ts';
import { ageWords, alertText, interruptionText, lateAlertText, optInText } from '../../src/alerting/sms-text.ts';
import { SCAM_TYPES } from '../../src/call/facts.ts';

const NAMES = [
  'Ann',
  'Rosa Quill',
  'Łukasz Müller-Großmann von Hohenzollern-Sigmaringen',
  'Иван Иванов',
  "Ann <O'Neil> & “Sons”",
  '👵🏽 Nana [home]',
];

describe('the text of an alert', () => {
  it.each(NAMES)('is one GSM-7 segment for every scam and step: %s', (name) => {
    for (const step of ['high', 'critical'] as const) {
      for (const scamType of SCAM_TYPES) {
        const text = alertText(step, scamType, name);
        expect(toGsm7(text)).toBe(text);
        expect(septetsOf(text)).toBeLessThanOrEqual(160);
        for (const word of [/\b1\b/, /\bHANGUP\b/, /\bSAFE\b/]) expect(text).toMatch(word);
      }
    }
  });

  it('names the person, as well as an SMS can spell it', () => {
    expect(alertText('high', 'bank_impersonation', 'Rosa Quill')).toContain('Rosa Quill is on a call');
    expect(alertText('high', 'bank_impersonation', 'Łukasz')).toContain('Lukasz');
    expect(alertText('high', 'bank_impersonation', 'Иван')).toContain('Ivan');
  });

  it('says in plain words what kind of fraud it looks like, and how sure that is', () => {
    expect(alertText('high', 'family_emergency', 'Ann')).toMatch(/looks like fraud \(a fake relative\)/);
    expect(alertText('critical', 'tech_support', 'Ann')).toMatch(/URGENT.*very likely fraud \(fake tech support\)/);
  });
});

describe('the text of an alert that comes late', () => {
  it.each(NAMES)('is one GSM-7 segment with its age and the words to answer with: %s', (name) => {
    for (const step of ['high', 'critical'] as const) {
      for (const scamType of SCAM_TYPES) {
        for (const minutes of [5, 99, 1_440]) {
          const text = lateAlertText(step, scamType, name, minutes * 60_000);
          expect(toGsm7(text)).toBe(text);
          expect(septetsOf(text)).toBeLessThanOrEqual(160);
          for (const word of [/ ago:/, /\b1\b/, /\bHANGUP\b/, /\bSAFE\b/]) expect(text).toMatch(word);
        }
      }
    }
  });

  it.each([
    [5 * 60_000, '5 min ago'],
    [12.9 * 60_000, '12 min ago'],
    [99 * 60_000, '99 min ago'],
    [150 * 60_000, '3 h ago'],
  ])('after %d ms says %s', (ageMs, words) => {
    expect(ageWords(ageMs)).toBe(words);
  });
});

describe('the notice that protection was interrupted', () => {
  it.each(NAMES)('is one GSM-7 segment, and asks for no reply that would mean nothing: %s', (name) => {
    const text = interruptionText(name);
    expect(toGsm7(text)).toBe(text);
    expect(septetsOf(text)).toBeLessThanOrEqual(160);
    expect(text).not.toContain('Reply');
  });
});

describe('the question for consent', () => {
  it('asks for YES and names the ways out', () => {
    const text = optInText('Ann', 'Rosa');
    expect(text).toMatch(/Rosa .* YES .* STOP .* HELP/);
    expect(septetsOf(optInText('A'.repeat(100), 'R'.repeat(100)))).toBeLessThanOrEqual(306);
  });
});

describe('the GSM-7 alphabet', () => {
  it('counts a bracket as two', () => {
    expect(septetsOf('a[b]')).toBe(6);
  });

  it('replaces what it does not have', () => {
    expect(toGsm7('“it’s” — ok…')).toBe('"it\'s" - ok...');
  });
});
