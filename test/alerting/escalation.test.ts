import { describe, expect, it } from 'vitest';
import { escalationSchema, NO_ESCALATION, planEscalation } from '../../src/alerting/escalation.ts';

describe('an escalation', () => {
  it('tells all contacts by text at once, unless the user wants something else', () => {
    expect(planEscalation(['a', 'b'], NO_ESCALATION)).toEqual([
      { contact: 'a', channel: 'sms', afterS: 0 },
      { contact: 'b', channel: 'sms', afterS: 0 },
    ]);
  });

  it('tells one contact after the other, then calls them in the same order', () => {
    expect(planEscalation(['a', 'b', 'c'], { contactsAfterS: 60, voiceAfterS: 90 })).toEqual([
      { contact: 'a', channel: 'sms', afterS: 0 },
      { contact: 'b', channel: 'sms', afterS: 60 },
      { contact: 'c', channel: 'sms', afterS: 120 },
      { contact: 'a', channel: 'voice', afterS: 210 },
      { contact: 'b', channel: 'voice', afterS: 270 },
      { contact: 'c', channel: 'voice', afterS: 330 },
    ]);
  });

  it('may call all contacts at once', () => {
    const plan = planEscalation(['a', 'b'], { contactsAfterS: null, voiceAfterS: 30 });
    expect(plan.map(({ channel, afterS }) => `${channel} ${afterS}`)).toEqual([
      'sms 0',
      'sms 0',
      'voice 30',
      'voice 30',
    ]);
  });

  it('is nothing for a user without contacts', () => {
    expect(planEscalation([], { contactsAfterS: 60, voiceAfterS: 60 })).toEqual([]);
  });

  it.each([{ voiceAfterS: 0 }, { contactsAfterS: 3_601 }, { voiceAfterS: 1.5 }, { voiceAfter: 30 }])(
    'of %j is refused',
    (wrong) => {
      expect(escalationSchema.safeParse(wrong).success).toBe(false);
    },
  );
});
