import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/records/database.ts';
import policy from '../../src/scoring/policy.json' with { type: 'json' };
import { BANK_IMPERSONATION, GENUINE_FRAUD_DESK } from '../../src/simulators/scenarios.ts';
import { runCommand } from '../support/command.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { newFolder } from '../support/folder.ts';
import { createMovingCall } from '../support/moving-call.ts';
import { newCallSid } from '../support/people.ts';
import { completed, startService } from '../support/service.ts';

const replay = (databaseUrl: string, ...parameters: string[]) =>
  runCommand('src/replay/main.ts', parameters, { DATABASE_URL: databaseUrl });

/** A scam call that moves to another instance in the middle, and an honest one, both with the language model. */
async function playCalls(): Promise<{ databaseUrl: string; scam: string; honest: string }> {
  const databaseUrl = await createTestDatabase();
  const a = await startService({ databaseUrl, environment: { DRAIN_TIMEOUT_S: '0' } });
  const b = await startService({ databaseUrl, standIns: a.standIns });
  const { lineNumber } = await a.household();
  const { call, moveTo } = createMovingCall(a, lineNumber);
  await call.dial();
  await call.connect();
  await call.say(BANK_IMPERSONATION.lines.slice(0, 2));
  await eventually(async () => (await a.recordOf(call.callSid)).transcript.length === 2);
  moveTo(b);
  await a.app.drain();
  await eventually(() => call.resumes === 1);
  await call.say(BANK_IMPERSONATION.lines.slice(2));
  await call.hangUp();
  await completed(b, call.callSid);
  const honest = await b.ring(lineNumber);
  await honest.say(GENUINE_FRAUD_DESK.lines);
  await honest.hangUp();
  await completed(b, honest.callSid);
  await b.api('POST', `/calls/${honest.callSid}/feedback`, { verdict: 'legitimate' });
  return { databaseUrl, scam: call.callSid, honest: honest.callSid };
}

describe('calls that are replayed from their record', () => {
  it('are judged as they were live, and a change in the record is found', { timeout: 60_000 }, async () => {
    const { databaseUrl, scam, honest } = await playCalls();
    const { code, output, problems } = await replay(databaseUrl, scam, honest);
    expect(problems).toBe('');
    expect(output).not.toMatch(/DIFFERS|UNKNOWN/);
    expect(output).toMatch(/ {2}local {2}same {5}critical +\d+ {2}ask_code/);
    expect(output).toMatch(/ {2}model {2}same/);
    expect(code).toBe(0);

    const file = join(await newFolder(), 'policy.json');
    const other = {
      ...{ ...policy, version: 'on trial' },
      ...{ rise: { ...policy.rise, high: 31 }, fall: { ...policy.fall, high: 25 } },
      priors: { attestation: { A: 0, B: 0, C: 0, failed: 0 }, blocked: 0, known: 0 },
    };
    await writeFile(file, JSON.stringify(other));
    const trial = await replay(databaseUrl, '--policy', file, '--since', '2020-01-01');
    expect(trial).toMatchObject({ code: 0, problems: '' });
    expect(trial.output).toContain('Policy on trial');
    expect(trial.output).toMatch(new RegExp(`${scam} +first alert earlier`));
    expect(trial.output).toMatch(new RegExp(`${honest} {2}legitimate {2}first alert newly`));

    const { db, close } = openDatabase(databaseUrl);
    await db.execute(sql`update fraud_analyses set score = score - 1, weights_version = 'others'
      where call_id = ${scam} and risk = 'critical'`);
    await close();
    const changed = await replay(databaseUrl, scam);
    expect(changed.code).toBe(1);
    expect(changed.output).toMatch(/DIFFERS {2}critical .*\n +stored +critical/);
    expect(changed.problems).toMatch(/was judged by .* with weights others, and is replayed by policy/);
  });
});

describe('a replay that cannot be', () => {
  let databaseUrl = '';
  beforeAll(async () => {
    databaseUrl = await createTestDatabase();
  });
  const callSid = newCallSid();

  it.each([
    ['of a call that nobody knows', [callSid], `There is no call ${callSid} on record.`],
    ['of no call', [], 'npm run replay -- CALLSID'],
    ['of what is no call', ['CA1'], 'CA1 is no CallSid'],
    ['with a policy that is not there', ['--policy', 'nowhere.json'], 'nowhere.json cannot be read (ENOENT)'],
    ['with what is no policy', ['--policy', 'package.json'], 'package.json is not what it should be: tactics'],
    ['since no date', ['--policy', 'src/scoring/policy.json', '--since', '7'], '7 is no date'],
    [
      'since a day that is not',
      ['--policy', 'src/scoring/policy.json', '--since', '2026-02-32'],
      '2026-02-32 is no date',
    ],
    ['with an option that means nothing', ['--polciy', 'x'], "Unknown option '--polciy'"],
  ])('%s says so', async (_what, parameters, problem) => {
    const { code, output, problems } = await replay(databaseUrl, ...parameters);
    expect(problems).toContain(problem);
    expect(problems).not.toMatch(/ at .*\.ts/);
    expect({ code, output }).toEqual({ code: 1, output: '' });
  });

  it.each([
    ['without a database', '', 'Set DATABASE_URL'],
    ['with one that is away', 'postgres://localhost:1/ethiq', 'does not answer: ECONNREFUSED'],
  ])('%s says so', async (_what, url, problem) => {
    expect(await replay(url, callSid)).toMatchObject({ code: 1, problems: expect.stringContaining(problem) });
  });

  it('on tables of an earlier version says how to bring them up to date', async () => {
    const url = await createTestDatabase();
    const { db, close } = openDatabase(url);
    await db.execute(sql`alter table active_calls drop column started_at`);
    await close();
    expect(await replay(url, callSid)).toMatchObject({ code: 1, problems: expect.stringContaining('db:migrate') });
  });
});
