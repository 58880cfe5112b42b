import { describe, expect, it } from 'vitest';
import { spokenAlert } from '../../src/alerting/voice-text.ts';

describe('an alert that is spoken', () => {
  it('tells who, what, what to do and which key to press', () => {
    expect(spokenAlert('critical', 'bank_impersonation', 'Rosa Quill', null)).toMatch(
      /Rosa Quill is on a phone call that is very likely fraud: a fake bank\. Please call or go there\..*press 1/,
    );
  });

  it('says how old it is when it comes late', () => {
    expect(spokenAlert('high', 'other', 'Rosa Quill', 12 * 60_000)).toContain('was on a phone call 12 min ago');
  });
});
