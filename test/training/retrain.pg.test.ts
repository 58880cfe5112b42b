import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { nothingPending, writeBatch } from '../../src/records/call-batch.ts';
import { type Database, openDatabase } from '../../src/records/database.ts';
import { createFeedbackStore } from '../../src/records/feedback-store.ts';
import inRepository from '../../src/scoring/likeness-weights.json' with { type: 'json' };
import { runCommand } from '../support/command.ts';
import { createTestDatabase } from '../support/database.ts';
import { newFolder } from '../support/folder.ts';
import { newPhoneNumber } from '../support/people.ts';
import { newStoredCall } from '../support/stored-call.ts';

const SCAM = ['authority', 'threat', 'ask_code', 'ask_move_money'] as const;
const HONEST = ['authority', 'ask_identity'] as const;

const line = (id: string, label: 'scam' | 'legit', ...texts: string[]): string =>
  JSON.stringify({ id, label, kind: '', use: 'train', turns: texts.map((text) => ({ speaker: 'caller', text })) });

/** A folder with calls of others. */
async function newData(): Promise<string> {
  const folder = await newFolder();
  const scam = ['There is a warrant out for your arrest.', 'Buy gift cards right now.'];
  const lines = [line('1', 'scam', ...scam), line('2', 'legit', 'Your table is booked for seven.')];
  await writeFile(join(folder, 'others.jsonl'), lines.join('\n'));
  return folder;
}

async function label(db: Database, tactics: typeof SCAM | typeof HONEST, verdict: 'scam' | 'legitimate') {
  const { callSid, verdicts } = newStoredCall(tactics);
  const call = { callSid, userId: null, from: newPhoneNumber(), to: null, startedAt: Date.now() };
  await writeBatch(db, new Map([[callSid, { ...nothingPending(), registered: call, analyses: [...verdicts] }]]), 'a');
  await createFeedbackStore(db).give(callSid, { verdict, scamType: null, note: null });
  return callSid;
}

const retrain = (databaseUrl: string, data: string, out: string) =>
  runCommand('src/training/retrain.ts', ['--data', data, '--out', out], { DATABASE_URL: databaseUrl });

describe('the retraining', () => {
  it('writes a candidate that can be switched to, and a report beside it, and switches nothing', async () => {
    const databaseUrl = await createTestDatabase();
    const { db, close } = openDatabase(databaseUrl);
    for (let i = 0; i < 3; i++) await label(db, SCAM, 'scam');
    for (let i = 0; i < 3; i++) await label(db, HONEST, 'legitimate');
    await close();
    const out = join(await newFolder(), 'retrained');
    expect(await retrain(databaseUrl, await newData(), out)).toMatchObject({ code: 0, problems: '' });
    const files = (await readdir(out)).sort();
    const version = /^candidate-([0-9a-f]{12})\.json$/.exec(files[0] ?? '')?.[1];
    expect(files).toEqual([`candidate-${version}.json`, `candidate-${version}.md`]);
    const candidate = join(out, files[0] ?? '');
    expect(readConfig({ LIKENESS_WEIGHTS: candidate }).policy.likeness.model.version).toBe(version);
    expect(JSON.parse(await readFile(candidate, 'utf8')).about.calls).toMatchObject({
      others: 2,
      'labelled calls of the service': 6,
      ...{ honest_en: inRepository.about.calls.honest_en, scams_en: inRepository.about.calls.scams_en },
    });
    const report = await readFile(join(out, files[1] ?? ''), 'utf8');
    expect(report).toContain(`Candidate weights ${version}`);
    expect(report).toContain(`LIKENESS_WEIGHTS=${candidate}`);
    expect(report).toMatch(/\| scam \| 3 \| 100 % \(44–100\) 3\/3 \| 100 % \(44–100\) 3\/3 \|/);
    expect(report).toMatch(/\| legitimate \| 3 \| 0 % \(0–56\) 0\/3 \|/);
    expect(report).toMatch(/\| scams alerted +\| of +\| as written /);
    expect(readConfig({}).policy.likeness.model.weights).toEqual(inRepository.weights);
  }, 120_000);

  it('without labels, or without data, says what is missing', async () => {
    const databaseUrl = await createTestDatabase();
    const out = await newFolder();
    const unlabelled = await retrain(databaseUrl, await newData(), out);
    expect(unlabelled).toMatchObject({ code: 1, problems: expect.stringContaining('No call is labelled') });
    const { db, close } = openDatabase(databaseUrl);
    await label(db, SCAM, 'scam');
    await close();
    const noData = await retrain(databaseUrl, '/nowhere', out);
    expect(noData).toMatchObject({ code: 1, problems: expect.stringContaining('there is no /nowhere') });
    expect(await readdir(out)).toEqual([]);
  });
});
