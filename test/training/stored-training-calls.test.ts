import { describe, expect, it } from 'vitest';
import { toTrainingCall } from '../../src/training/stored-training-calls.ts';
import { newPhoneNumber } from '../support/people.ts';
import { newStoredCall } from '../support/stored-call.ts';

describe('a stored call, as something to learn from', () => {
  it('shows what had been found at each of its verdicts', () => {
    const from = newPhoneNumber();
    const call = newStoredCall(['threat', 'ask_code'], 'scam', from);
    expect(toTrainingCall(call)).toMatchObject({
      ...{ isScam: true, cluster: from },
      moments: [['threat'], ['threat', 'ask_code', 'tactics≥2']],
    });
  });

  it('in which nothing was found shows that', () => {
    const call = newStoredCall([], 'legitimate');
    expect(toTrainingCall(call)).toMatchObject({ isScam: false, cluster: call.callSid, moments: [[]] });
  });

  it('is none without a label, or a whole record', () => {
    expect(toTrainingCall(newStoredCall(['threat']))).toBeNull();
    const call = newStoredCall(['threat', 'ask_code'], 'scam');
    expect(toTrainingCall({ ...call, verdicts: call.verdicts.slice(1) })).toBeNull();
  });
});
