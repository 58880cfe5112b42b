import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createReadingTurns } from '../../src/ingress/reading-turns.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const LIMITS = { quietMs: 60, busyMs: 100 };
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** What is written at one end, and what was read at the other. */
async function connection() {
  const server = createServer({ noDelay: true });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const far = connect({ port: (server.address() as AddressInfo).port, noDelay: true });
  const near = await accepted;
  server.close();
  sockets.push(far, near);
  const read: string[] = [];
  near.on('data', (data) => read.push(String(data)));
  return { near, far, read, write: (text: string) => new Promise<void>((done) => far.write(text, () => done())) };
}

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function start({ isBusy = false, lateMs = 0 } = {}) {
  const clock = createFakeClock();
  const late = { ...clock, after: (ms: number, work: () => void) => clock.after(ms + lateMs, work) };
  const turns = createReadingTurns(late, LIMITS, () => isBusy);
  const witness = await connection();
  /** Time passes, and the event loop comes round as often as a socket needs that is always read. */
  async function pass(ms: number): Promise<void> {
    await round();
    clock.advance(ms);
    const heard = witness.read.length;
    await witness.write('.');
    for (let rounds = 0; rounds < 1_000 && witness.read.length === heard; rounds++) await round();
    await round();
  }
  async function join() {
    const joined = await connection();
    const reads: string[][] = [];
    const enter = () => turns.join(joined.near, () => reads.push([...joined.read]));
    return { ...joined, reads, enter, leave: enter() };
  }
  return { ...(await join()), join, pass };
}

describe('sockets that are read in turns', () => {
  it('are read once in a turn, all that has come', async () => {
    const { read, write, pass } = await start();
    await pass(60);
    for (const text of ['a', 'b', 'c']) {
      await write(text);
      await pass(0);
    }
    expect(read).toEqual([]);
    await pass(60);
    expect(read).toEqual(['abc']);
  });

  it('tell of each turn when its reading is done', async () => {
    const { reads, write, pass } = await start();
    await pass(60);
    expect(reads).toEqual([[]]);
    await write('a');
    await pass(60);
    expect(reads).toEqual([[], ['a']]);
    await pass(60);
    expect(reads).toEqual([[], ['a'], ['a']]);
  });

  it('have it less often while there is much to do', async () => {
    const { reads, pass } = await start({ isBusy: true });
    await pass(99);
    const before = reads.length;
    for (let turn = 0; turn < 3; turn++) await pass(100);
    expect(reads.length - before).toBe(3);
  });

  it('have it as often where every timer is late by more than a turn', async () => {
    const { reads, pass } = await start({ lateMs: 7 });
    await pass(200);
    const before = reads.length;
    for (let round = 0; round < 10; round++) await pass(60);
    expect(reads.length - before).toBe(10);
  });

  it('are heard to close', async () => {
    const { near, far, pass } = await start();
    await pass(60);
    const closed = new Promise((resolve) => near.once('close', resolve));
    far.end();
    await pass(60);
    await closed;
  });

  it('have none while their reader wants nothing', async () => {
    const { near, read, write, pass } = await start();
    await pass(60);
    near.pause();
    await write('a'.repeat(1 << 20));
    for (let turn = 0; turn < 5; turn++) await pass(60);
    const kept = near.readableLength;
    expect(kept).toBeLessThan(1 << 20);
    for (let turn = 0; turn < 5; turn++) await pass(60);
    expect([near.readableLength, read]).toEqual([kept, []]);
  });

  it('have their turns one group after the other', async () => {
    const first = await start();
    const second = await first.join();
    await first.pass(59);
    const [before, beforeToo] = [first.reads.length, second.reads.length];
    for (let ms = 0; ms < 3; ms++) {
      await first.pass(1);
      expect(first.reads.length - before + second.reads.length - beforeToo).toBeLessThan(2);
    }
  });

  it('have them though another leaves', async () => {
    const { leave, join, pass } = await start();
    const { read, write } = await join();
    await pass(120);
    leave();
    await write('a');
    await pass(60);
    expect(read).toEqual(['a']);
  });

  it('have them again when one comes after all had left', async () => {
    const { leave, enter, read, write, pass } = await start();
    await pass(60);
    leave();
    await pass(600);
    enter();
    await pass(60);
    await write('a');
    await pass(60);
    expect(read).toEqual(['a']);
  });

  it('have none once they have left', async () => {
    const { reads, leave, pass } = await start();
    leave();
    await pass(600);
    expect(reads).toEqual([]);
  });
});
