import { describe, expect, it } from 'vitest';
import { createHealth, HealthProblem, type Probe } from '../../src/observability/health.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { settled } from '../support/settled.ts';

const EVERY_MS = 1_000;

function start(probes: Record<string, Probe>, isReady = true) {
  const clock = createFakeClock();
  const each = Object.entries(probes).map(([name, probe]) => [name, { probe, everyMs: EVERY_MS }] as const);
  return { clock, health: createHealth({ clock, isReady: () => isReady, probes: Object.fromEntries(each) }) };
}

const works = async (): Promise<void> => undefined;
const fails = (error: unknown) => async (): Promise<void> => {
  throw error;
};

describe('the health of the service', () => {
  it('is healthy when everything works that is in use', async () => {
    const { health } = start({ database: works, redis: null });
    expect(await health.report()).toEqual({
      status: 'healthy',
      checks: { server: 'ok', database: 'ok', redis: 'disabled' },
      reasons: {},
    });
  });

  it('is degraded when something does not work, and unhealthy only when no calls are taken', async () => {
    expect((await start({ database: fails(new Error()) }).health.report()).status).toBe('degraded');
    expect((await start({ database: works }, false).health.report()).status).toBe('unhealthy');
  });

  it.each([
    ['its own words', new HealthProblem('950 of 1000 are open'), '950 of 1000 are open'],
    ['the code of an error', Object.assign(new Error('/secret/path'), { code: 'ENOSPC' }), 'ENOSPC'],
    ['a provider’s number', Object.assign(new Error('key sk-1 is wrong'), { code: 20003 }), '20003'],
    ['the code of the cause', new TypeError('fetch failed', { cause: { name: 'x' } }), 'TypeError'],
    [
      'the code of what caused it',
      new TypeError('failed', { cause: Object.assign(new Error(), { code: 'EMFILE' }) }),
      'EMFILE',
    ],
    ['no time-out’s number', AbortSignal.abort(new DOMException('', 'TimeoutError')).reason, 'no answer in time'],
    ['nothing else of what it says', new Error('postgres://me:secret@host'), 'Error'],
    ['nothing of what is no error', 'secret', 'unknown'],
  ])('says why, by %s', async (_how, error, reason) => {
    const { health } = start({ journal: fails(error) });
    expect(await health.report()).toMatchObject({ checks: { journal: 'error' }, reasons: { journal: reason } });
  });

  it('looks again when a look has grown old, and not before', async () => {
    let looks = 0;
    const disk = async (): Promise<void> => {
      looks += 1;
    };
    const { health, clock } = start({ disk });
    await health.report();
    await health.check('disk');
    expect(looks).toBe(1);
    clock.advance(EVERY_MS);
    await health.report();
    expect(looks).toBe(2);
  });

  it('looks again soon at what did not work, though it looks seldom while it does', async () => {
    let isBroken = true;
    const probe = async (): Promise<void> => {
      if (isBroken) throw new Error();
    };
    const clock = createFakeClock();
    const health = createHealth({ clock, isReady: () => true, probes: { twilio: { probe, everyMs: 60_000 } } });
    expect(await health.check('twilio')).toBe('error');
    isBroken = false;
    clock.advance(5_000);
    expect(await health.check('twilio')).toBe('ok');
    isBroken = true;
    clock.advance(59_999);
    expect(await health.check('twilio')).toBe('ok');
  });

  it('does not wait for what hangs, and does not ask it again before it answers', async () => {
    let looks = 0;
    let answer = (): void => undefined;
    const hangs = (): Promise<void> => {
      looks += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const { health, clock } = start({ disk: hangs, database: works });
    const report = health.report();
    await settled();
    clock.advance(2_000);
    expect(await report).toMatchObject({
      checks: { disk: 'error', database: 'ok' },
      reasons: { disk: 'no answer in time' },
    });
    clock.advance(60_000);
    expect(await health.check('disk')).toBe('error');
    expect(looks).toBe(1);
    answer();
    await settled();
    const again = health.check('disk');
    answer();
    expect(await again).toBe('ok');
    expect(looks).toBe(2);
  });
});
