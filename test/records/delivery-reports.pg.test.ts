import { describe, expect, it } from 'vitest';
import type { ClaimedDelivery } from '../../src/alerting/alert-ledger.ts';
import { CLAIM, openLedger } from '../support/alert-ledger.ts';
import { newAlert } from '../support/people.ts';

const report = (
  delivery: ClaimedDelivery,
  status: 'sent' | 'delivered' | 'undelivered' | 'failed',
  providerSid = 'SM1',
) => ({
  deliveryId: delivery.deliveryId,
  channel: delivery.channel,
  providerSid,
  status,
  errorCode: null,
  isRetryable: false,
});

describe('a delivery report', () => {
  const accepted = { type: 'accepted', providerSid: 'SM1' } as const;

  it('only ever moves a delivery forward', async () => {
    const { ledger, call, owner, claimOne, delivery } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, accepted);
    expect(await ledger.applyReport(report(claimed, 'delivered'))).toMatchObject({
      status: 'delivered',
      alert: { callSid: call.callSid },
    });
    for (const status of ['sent', 'delivered', 'undelivered', 'failed'] as const) {
      expect(await ledger.applyReport(report(claimed, status))).toBeNull();
    }
    expect(await delivery()).toMatchObject({ status: 'delivered' });
  });

  it('may come before the answer to the request', async () => {
    const { ledger, call, owner, claimOne, delivery } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.applyReport(report(claimed, 'delivered'));
    expect(await ledger.settle(claimed, accepted)).toBeNull();
    expect(await delivery()).toMatchObject({ status: 'delivered' });
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });

  it('of an arrival counts though the message had been given up', async () => {
    const { ledger, call, owner, claimOne } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, { type: 'failed', code: 'late', error: '', isOptedOut: false });
    expect(await ledger.applyReport(report(claimed, 'delivered'))).toMatchObject({ status: 'delivered' });
  });

  it('settles a delivery whose outcome nobody knew', async () => {
    const { ledger, call, owner, claimOne } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, { type: 'uncertain', delayMs: 0, code: 'ECONNABORTED', error: 'timeout' });
    expect(await ledger.applyReport(report(claimed, 'sent'))).toMatchObject({ status: 'sent' });
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });

  it('of a failure that may pass has the message sent again, and is then forgotten', async () => {
    const { ledger, call, owner, claimOne, delivery } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, accepted);
    const unreachable = { ...report(claimed, 'undelivered'), errorCode: '30003', isRetryable: true };
    expect(await ledger.applyReport(unreachable)).toMatchObject({ status: 'pending' });
    expect(await ledger.applyReport(unreachable)).toBeNull();
    expect(await claimOne()).toMatchObject({ attempts: 2, isUncertain: false });
    await ledger.settle(claimed, { type: 'accepted', providerSid: 'SM2' });
    expect(await ledger.applyReport(unreachable)).toBeNull();
    expect(await ledger.applyReport(report(claimed, 'delivered', 'SM2'))).toMatchObject({ status: 'delivered' });
    expect(await delivery()).toMatchObject({ attempts: 2 });
  });

  it('of a failure that may pass is final when there have been attempts enough', async () => {
    const { ledger, call, owner, claimOne, delivery } = await openLedger();
    await ledger.record(newAlert(call, owner));
    for (const sid of ['SM1', 'SM2', 'SM3']) {
      const claimed = await claimOne();
      await ledger.settle(claimed, { type: 'accepted', providerSid: sid });
      await ledger.applyReport({ ...report(claimed, 'undelivered', sid), errorCode: '30003', isRetryable: true });
    }
    expect(await delivery()).toMatchObject({ status: 'undelivered', attempts: 3, errorCode: '30003' });
  });

  it('of a message that is not ours changes nothing', async () => {
    const { ledger, call, owner, claimOne } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, accepted);
    expect(await ledger.applyReport(report(claimed, 'delivered', 'SM99'))).toBeNull();
  });
});
