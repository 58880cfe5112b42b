import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import { startService } from '../support/service.ts';

describe('the metrics', () => {
  it('have the names that operators chart, and no person among their labels', async () => {
    const service = await startService();
    const { lineNumber, phoneNumber: own } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    const text = await (await fetch(`${service.url}/metrics`)).text();
    for (const name of [
      'http_request_duration_ms',
      'active_calls_total',
      'fraud_detections_total',
      'transcription_latency_ms',
      'ethiq_alert_latency_seconds',
      'ethiq_alert_dispatch_seconds',
      'ethiq_media_frames_total',
      'ethiq_media_forward_seconds',
      'ethiq_blind_seconds_total',
      'ethiq_stt_reconnects_total',
      'ethiq_scoring_seconds',
      'ethiq_llm_tokens_total',
      'ethiq_alert_deliveries_total',
      'ethiq_event_loop_lag_seconds',
      'ethiq_event_loop_held_seconds',
    ]) {
      expect(text).toContain(`# TYPE ${name} `);
    }
    for (const personal of [call.callSid, lineNumber, own, 'Rosa']) expect(text).not.toContain(personal);
    for (const part of ['scoring', 'records'])
      expect(text).toMatch(new RegExp(`^ethiq_event_loop_held_seconds_count{part="${part}"} [1-9]`, 'm'));
    expect(text).toMatch(/^ethiq_alert_dispatch_seconds_count 1$/m);
  });
});
