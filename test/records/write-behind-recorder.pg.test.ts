import { describe, expect, it } from 'vitest';
import { type AnalysisId, newId, utteranceIdOf } from '../../src/call/ids.ts';
import { NO_USAGE } from '../../src/call/model-usage.ts';
import { createCallReader } from '../../src/records/call-reader.ts';
import { openDatabase } from '../../src/records/database.ts';
import { startWriteBehind } from '../../src/records/write-behind-recorder.ts';
import type { CallState } from '../../src/session/call-recorder.ts';
import { createTestDatabase } from '../support/database.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createHousehold, newCallSid } from '../support/people.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const SPOKEN_AT = Date.parse('2026-11-21T12:00:00Z');
const LIMITS = { flushMs: 250, longestRetryMs: 1_000, batchRows: 4, queue: 10 };

async function start(queue = LIMITS.queue) {
  const proxy = await startTcpProxy(await createTestDatabase());
  const connection = openDatabase(proxy.url);
  const { call, owner } = await createHousehold(connection.db);
  const clock = createFakeClock();
  const dropped: number[] = [];
  const failures: Array<{ code: string; isDropped: boolean }> = [];
  const recorder = startWriteBehind(
    connection.db,
    clock,
    'test',
    { ...LIMITS, queue },
    {
      sliceBegins: () => undefined,
      dropped: (rows) => dropped.push(rows),
      failed: (code, isDropped) => failures.push({ code, isDropped }),
    },
  );
  const state = (more: Partial<CallState> = {}): CallState => ({
    call,
    owner,
    priors: null,
    status: 'in-progress',
    risk: 'low',
    scamType: 'none',
    blindMs: 0,
    modelUsage: NO_USAGE,
    endedAt: null,
    ...more,
  });
  const utterance = (number: number, text = `word ${number}`) => ({
    id: utteranceIdOf(number),
    speaker: 'unknown' as const,
    text,
    startMs: number * 100,
    endMs: number * 100 + 50,
  });
  return {
    proxy,
    connection,
    recorder,
    clock,
    call,
    dropped,
    failures,
    state,
    utterance,
    read: createCallReader(connection.db),
  };
}

describe('the record of a call', () => {
  it('is written whole, in however many batches it and those of other calls are', async () => {
    const { recorder, call, state, utterance, read, failures } = await start();
    const others = Array.from({ length: 9 }, () => ({ ...call, callSid: newCallSid() }));
    for (const other of others) {
      recorder.callState(state({ call: other }));
      recorder.utterance(other.callSid, utterance(1), SPOKEN_AT);
    }
    await recorder.flush();
    for (const { callSid } of others) expect((await read(callSid))?.transcript).toHaveLength(1);
    expect(failures).toEqual([]);
  });

  it('says when a call ended, and nothing of the kind before', async () => {
    const { recorder, call, state, read } = await start();
    recorder.callState(state());
    await recorder.flush();
    recorder.callState(state({ risk: 'elevated' }));
    await recorder.flush();
    expect(await read(call.callSid)).toMatchObject({ status: 'in-progress', endedAt: null });
    recorder.callState(state({ status: 'completed', endedAt: call.startedAt + 1_000 }));
    await recorder.flush();
    expect(await read(call.callSid)).toMatchObject({ status: 'completed', endedAt: new Date(call.startedAt + 1_000) });
  });

  it('is written by who took the call, though who registered it has not written that yet', async () => {
    const { recorder, connection, call, utterance, failures } = await start();
    recorder.taken(call, SPOKEN_AT);
    recorder.utterance(call.callSid, utterance(1), SPOKEN_AT);
    await recorder.flush();
    expect(failures).toEqual([]);
    expect((await createCallReader(connection.db)(call.callSid))?.transcript).toMatchObject([{ text: 'word 1' }]);
  });

  it('is written behind it, all together', async () => {
    const { recorder, call, state, utterance, read, connection } = await start();
    recorder.registered(call);
    recorder.callState(state({ risk: 'high', scamType: 'tech_support', blindMs: 20 }));
    recorder.utterance(call.callSid, utterance(1), SPOKEN_AT);
    recorder.utterance(call.callSid, utterance(2), SPOKEN_AT);
    recorder.analysis(
      call.callSid,
      {
        analysisId: newId<AnalysisId>(),
        finder: 'local',
        assessment: { level: 'high', score: 60, because: ['ask_code'] },
        scamType: 'tech_support',
        summary: '',
        policyVersion: 'test',
        promptVersion: '1',
        weightsVersion: 'test',
        basis: null,
        atMs: 150,
      },
      [
        {
          tactic: 'ask_code',
          utteranceId: utteranceIdOf(1),
          quote: 'word',
          stance: 'pressed',
          finder: 'local',
          atMs: 150,
        },
      ],
    );
    await recorder.flush();
    expect(await read(call.callSid)).toMatchObject({
      status: 'in-progress',
      risk: 'high',
      scamType: 'tech_support',
      blindMs: 20,
      transcript: [{ id: 'u1' }, { id: 'u2' }],
      facts: [{ tactic: 'ask_code', utteranceId: 'u1' }],
      analyses: [{ score: 60, policyVersion: 'test', promptVersion: '1', weightsVersion: 'test' }],
    });
    await connection.close();
  });

  it('shows what the model cost, and never less than it did', async () => {
    const { recorder, call, state, read, connection } = await start();
    const spent = { requests: 3, inputTokens: 900, cachedInputTokens: 4_000, outputTokens: 120 };
    recorder.callState(state({ modelUsage: spent }));
    await recorder.flush();
    expect(await read(call.callSid)).toMatchObject({ model: spent });
    recorder.callState(state({ modelUsage: { ...NO_USAGE, requests: 1 } }));
    await recorder.flush();
    expect(await read(call.callSid)).toMatchObject({ model: spent });
    await connection.close();
  });

  it('stays over, whatever is said later', async () => {
    const { recorder, call, state, read, connection } = await start();
    recorder.callState(state({ status: 'completed', endedAt: 1_700_000_060_000 }));
    recorder.callState(state({ risk: 'high' }));
    await recorder.flush();
    expect(await read(call.callSid)).toMatchObject({ status: 'completed', risk: 'high' });
    await connection.close();
  });

  it('is written by itself within a moment', async () => {
    const { recorder, clock, call, state, read, connection } = await start();
    recorder.callState(state());
    clock.advance(LIMITS.flushMs);
    await recorder.flush();
    expect(await read(call.callSid)).toMatchObject({ status: 'in-progress' });
    await connection.close();
  });

  it('never takes back that a call is over, nor how much of it was blind', async () => {
    const { recorder, call, state, read, connection } = await start();
    recorder.callState(state({ status: 'completed', endedAt: Date.now(), blindMs: 500 }));
    await recorder.flush();
    recorder.registered(call);
    recorder.callState(state({ blindMs: 100 }));
    await recorder.flush();
    expect(await read(call.callSid)).toMatchObject({ status: 'completed', blindMs: 500 });
    await connection.close();
  });

  it('ends for a call that no session holds', async () => {
    const { recorder, call, read, connection } = await start();
    recorder.registered(call);
    recorder.over(call.callSid, Date.now());
    await recorder.flush();
    expect(await read(call.callSid)).toMatchObject({ status: 'completed' });
    await connection.close();
  });

  it('waits while the database is away, and is whole afterwards', async () => {
    const { proxy, recorder, clock, call, state, utterance, read, failures, connection } = await start();
    recorder.callState(state());
    recorder.utterance(call.callSid, utterance(1), SPOKEN_AT);
    proxy.cut();
    await recorder.flush();
    expect(failures).toMatchObject([{ isDropped: false }]);
    recorder.utterance(call.callSid, utterance(2), SPOKEN_AT);
    proxy.restore();
    clock.advance(LIMITS.longestRetryMs);
    await recorder.flush();
    expect((await read(call.callSid))?.transcript.map(({ text }) => text)).toEqual(['word 1', 'word 2']);
    await connection.close();
  });

  it('drops and counts what comes beyond its limit', async () => {
    const { recorder, call, state, utterance, dropped, read, connection } = await start(3);
    recorder.callState(state());
    for (let number = 1; number <= 5; number++) recorder.utterance(call.callSid, utterance(number), SPOKEN_AT);
    await recorder.flush();
    expect(dropped).toEqual([1, 1]);
    expect((await read(call.callSid))?.transcript).toHaveLength(3);
    await connection.close();
  });

  it('of one call that the database refuses does not cost another its own', async () => {
    const { recorder, call, state, utterance, failures, read, connection } = await start();
    const other = await createHousehold(connection.db);
    recorder.callState(state());
    recorder.utterance(call.callSid, utterance(1, 'a\u0000b'), SPOKEN_AT);
    recorder.callState(state({ call: other.call, owner: other.owner }));
    recorder.utterance(other.call.callSid, utterance(1), SPOKEN_AT);
    await recorder.flush();
    expect(failures).toMatchObject([{ code: '22P05', isDropped: true }]);
    expect(await read(call.callSid)).toMatchObject({ status: 'in-progress', transcript: [] });
    expect((await read(other.call.callSid))?.transcript).toHaveLength(1);
    await connection.close();
  });
});
