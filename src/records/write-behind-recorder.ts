import type { Clock } from '../call/clock.ts';
import type { CallSid } from '../call/ids.ts';
import type { CallRecorder } from '../session/call-recorder.ts';
import { newestState, nothingPending, type PendingCall, writeBatch } from './call-batch.ts';
import { type Database, databaseErrorCode } from './database.ts';

export interface WriteBehindLimits {
  /** How long a record waits for others to be written with. */
  readonly flushMs: number;
  readonly longestRetryMs: number;
  /** Rows that are written at once. */
  readonly batchRows: number;
  /** Rows kept while the database is away; what comes beyond is dropped and counted. */
  readonly queue: number;
}

export interface WriteBehindObserver {
  dropped(rows: number): void;
  /** A batch was not written. `isDropped`: the database refused its content, so it is not tried again. */
  failed(errorCode: string, isDropped: boolean): void;
  /** A statement of a batch is about to be made, in one go. */
  sliceBegins(): void;
}

/** Writes the record of all calls in batches, a moment later: a slow database never slows a call. */
export interface WriteBehindRecorder extends CallRecorder {
  /** Writes what is left, in one attempt. */
  close(): Promise<void>;
}

export function startWriteBehind(
  db: Database,
  clock: Clock,
  instanceId: string,
  limits: WriteBehindLimits,
  observer: WriteBehindObserver,
): WriteBehindRecorder {
  let waiting = new Map<CallSid, PendingCall>();
  let waitingRows = 0;
  let writing: Promise<void> | null = null;
  let failures = 0;
  let retryAtMs = 0;
  const stopFlushing = clock.every(limits.flushMs, () => {
    if (clock.monotonicMs() >= retryAtMs) void writeNext();
  });

  /** One batch at a time: what comes meanwhile goes with the next. */
  function writeNext(): Promise<void> {
    writing ??= writeWaiting().finally(() => {
      writing = null;
    });
    return writing;
  }

  async function flush(): Promise<void> {
    await writing;
    await writeNext();
  }

  function pendingOf(callSid: CallSid): PendingCall {
    const known = waiting.get(callSid);
    if (known !== undefined) return known;
    const fresh = nothingPending();
    waiting.set(callSid, fresh);
    return fresh;
  }

  function hasRoom(rows: number): boolean {
    if (waitingRows + rows > limits.queue) {
      observer.dropped(rows);
      return false;
    }
    waitingRows += rows;
    return true;
  }

  /** One batch after the other, until one took all that was waiting. */
  async function writeWaiting(): Promise<void> {
    for (let isLast = waiting.size === 0; !isLast; ) {
      observer.sliceBegins();
      const batch = takeBatch();
      isLast = waiting.size === 0;
      if (!(await write(batch))) return;
    }
  }

  /** A batch is made in one go, which must not hold the loop: after an outage thousands of rows are waiting. */
  function takeBatch(): ReadonlyMap<CallSid, PendingCall> {
    const batch = new Map<CallSid, PendingCall>();
    let rows = 0;
    for (const [callSid, pending] of waiting) {
      const pendingRows = rowsOf(pending);
      rows += pendingRows + 1; // the call's own
      if (batch.size > 0 && rows > limits.batchRows) break;
      batch.set(callSid, pending);
      waiting.delete(callSid);
    }
    waitingRows = rowsOfAll(waiting);
    return batch;
  }

  /** False when the database did not take it for now. */
  async function write(batch: ReadonlyMap<CallSid, PendingCall>): Promise<boolean> {
    try {
      await writeBatch(db, batch, instanceId, observer.sliceBegins);
      failures = 0;
      return true;
    } catch (error) {
      const code = databaseErrorCode(error);
      if (isRefusedContent(code)) {
        await writeOneByOne(batch);
        return true;
      }
      observer.failed(code, false);
      failures += 1;
      retryAtMs = clock.monotonicMs() + Math.min(limits.longestRetryMs, limits.flushMs * 2 ** failures);
      putBack(batch);
      return false;
    }
  }

  /** One call's bad row does not cost the records of the others, nor that call's own state. */
  async function writeOneByOne(batch: ReadonlyMap<CallSid, PendingCall>): Promise<void> {
    for (const [callSid, pending] of batch) {
      const { registered, taken, endedAt, state } = pending;
      const stateAlone: PendingCall = { ...nothingPending(), registered, taken, endedAt, state };
      if (!(await writeOne(callSid, pending))) await writeOne(callSid, stateAlone);
    }
  }

  /** False when the database refused the content. */
  async function writeOne(callSid: CallSid, pending: PendingCall): Promise<boolean> {
    const one = new Map([[callSid, pending]]);
    try {
      await writeBatch(db, one, instanceId, observer.sliceBegins);
      return true;
    } catch (error) {
      const code = databaseErrorCode(error);
      const isRefused = isRefusedContent(code);
      observer.failed(code, isRefused);
      if (!isRefused) putBack(one);
      return !isRefused;
    }
  }

  function putBack(batch: ReadonlyMap<CallSid, PendingCall>): void {
    const newer = waiting;
    waiting = new Map(batch);
    for (const [callSid, pending] of newer) {
      const older = pendingOf(callSid);
      // It was taken again: what it was before no longer counts.
      if (pending.taken !== null) Object.assign(older, { state: null, endedAt: null });
      older.registered ??= pending.registered;
      older.taken = pending.taken ?? older.taken;
      older.endedAt ??= pending.endedAt;
      if (pending.state !== null) older.state = newestState(older.state, pending.state);
      older.utterances.push(...pending.utterances);
      older.analyses.push(...pending.analyses);
      for (const [key, fact] of pending.facts) older.facts.set(key, fact);
    }
    waitingRows = rowsOfAll(waiting);
  }

  return {
    registered(call) {
      pendingOf(call.callSid).registered ??= call;
    },
    taken(call, at) {
      const pending = pendingOf(call.callSid);
      pending.taken = { call, at };
      pending.state = null;
      pending.endedAt = null;
    },
    over(callSid, endedAt) {
      pendingOf(callSid).endedAt ??= endedAt;
    },
    callState(state) {
      const pending = pendingOf(state.call.callSid);
      pending.state = newestState(pending.state, state);
    },
    utterance(callSid, utterance, spokenAt) {
      if (hasRoom(1)) pendingOf(callSid).utterances.push({ ...utterance, spokenAt });
    },
    analysis(callSid, analysis, newFacts) {
      if (!hasRoom(1 + newFacts.length)) return;
      const pending = pendingOf(callSid);
      pending.analyses.push(analysis);
      for (const fact of newFacts) pending.facts.set(`${fact.utteranceId} ${fact.tactic} ${fact.finder}`, fact);
    },
    flush,
    async close() {
      stopFlushing();
      await flush();
    },
  };
}

const rowsOfAll = (calls: ReadonlyMap<CallSid, PendingCall>): number =>
  [...calls.values()].reduce((rows, pending) => rows + rowsOf(pending), 0);

const rowsOf = ({ utterances, analyses, facts }: PendingCall): number =>
  utterances.length + analyses.length + facts.size;

/** Data exceptions and integrity violations (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const isRefusedContent = (code: string): boolean => code.startsWith('22') || code.startsWith('23');
