import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLabelledCalls, UnreadableCalls } from '../../src/evaluation/call-files.ts';

const CALL = { id: 'a', label: 'scam', use: 'train', turns: [{ speaker: 'receiver', text: 'Hello?' }] };
const folderOf = (files: Readonly<Record<string, readonly (object | string)[]>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ethiq-calls-'));
  for (const [name, lines] of Object.entries(files)) {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    writeFileSync(join(folder, name), text.join('\n'));
  }
  return folder;
};

describe('files of labelled calls', () => {
  it('are read from a folder, each file a source of its own', () => {
    const folder = folderOf({ 'one.jsonl': [CALL, ''], 'two.jsonl': [{ ...CALL, label: 'legit' }], 'notes.md': ['x'] });
    expect(readLabelledCalls(folder).map(({ source, isScam }) => [source, isScam])).toEqual([
      ['one', true],
      ['two', false],
    ]);
    expect(readLabelledCalls(join(folder, 'one.jsonl'))).toHaveLength(1);
  });

  it('know speakers by the names that the sources give them', () => {
    const speakers = ['caller', 'receiver', 'User', 'A'].map((speaker) => ({ speaker, text: 'words' }));
    const [call] = readLabelledCalls(folderOf({ 'one.jsonl': [{ ...CALL, turns: speakers }] }));
    expect(call?.turns.map(({ speaker }) => speaker)).toEqual(['caller', 'protected', 'protected', 'unknown']);
  });

  it('may be trained on only where that is said', () => {
    const folder = folderOf({
      'one.jsonl': [CALL, { ...CALL, id: 'b', use: 'evaluate' }, { ...CALL, id: 'c', use: null }],
    });
    expect(readLabelledCalls(folder).map(({ isForTraining }) => isForTraining)).toEqual([true, false, false]);
  });

  it.each([
    ['not JSON', ['{'], /one\.jsonl:1: /],
    ['a call without turns', [CALL, { id: 'b', label: 'scam' }], /one\.jsonl:2: turns: /],
    ['a label that is none', [{ ...CALL, label: 'spam' }], /one\.jsonl:1: label: /],
    ['an ask in no turn', [{ ...CALL, ask_turn: 1 }], /one\.jsonl:1: ask_turn: is no turn/],
    ['an id given twice', [CALL, CALL], /two calls have the id a/],
    ['nothing', [], /no calls in /],
  ])('say where they hold %s', (_, lines, message) => {
    const folder = folderOf({ 'one.jsonl': lines });
    expect(() => readLabelledCalls(folder)).toThrow(message);
    expect(() => readLabelledCalls(folder)).toThrow(UnreadableCalls);
  });

  it('say when they are not there', () => {
    expect(() => readLabelledCalls('/nowhere')).toThrow('there is no /nowhere');
    expect(() => readLabelledCalls(folderOf({ 'notes.md': [] }))).toThrow('no .jsonl files');
  });
});
