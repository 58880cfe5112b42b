import { describe, expect, it } from 'vitest';
import { escalationSchema } from '../../src/alerting/escalation.ts';

describe('an escalation', () => {
  it.each([{ voiceAfterS: 0 }, { contactsAfterS: 3_601 }, { voiceAfterS: 1.5 }, { voiceAfter: 30 }])(
    'of %j is refused',
    (wrong) => {
      expect(escalationSchema.safeParse(wrong).success).toBe(false);
    },
  );
});
