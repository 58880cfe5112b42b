import { callSidSchema } from '../../src/call/ids.ts';
import { NO_USAGE } from '../../src/call/model-usage.ts';
import type { Priors } from '../../src/call/priors.ts';
import { createCallMemories } from '../../src/session/call-memories.ts';
import type { CallMemory, SharedCopies, SharedCopy } from '../../src/session/call-memory.ts';
import { createFakeClock } from './fake-clock.ts';
import { settled } from './settled.ts';

export const CALL_SID = callSidSchema.parse(`CA${'0'.repeat(32)}`);
const PRIORS: Priors = { attestation: 'failed', caller: 'blocked', sensitivity: 'high', knownAtMs: 0 };
export const memory = (more: Partial<CallMemory> = {}): CallMemory => ({
  instanceId: 'a',
  phase: 'live',
  heldSince: 1,
  firstAudioAt: 1,
  answeredUntil: 2,
  blindMs: 0,
  language: 'es',
  utterances: 3,
  raised: ['high'],
  scoring: {
    utterances: [],
    unread: [],
    facts: [],
    stories: ['romance'],
    priors: PRIORS,
    summary: '',
    spend: { usage: NO_USAGE, recent: [] },
  },
  ...more,
});
export const LEASE_MS = 5_000;
export const STEP_MS = 50;

/** Copies whose every write waits for the test, and a record that fails some times before it answers. */
export function openMemories(rebuilt: CallMemory | null = null, failuresOfRecord = 0) {
  const asked: unknown[] = [];
  const clock = createFakeClock();
  const texts = new Map<string, Omit<SharedCopy, 'ageMs'> & { readonly version: number; readonly atMs: number }>();
  const writes: Array<() => void> = [];
  let isAway = false;
  const copies: SharedCopies = {
    write: (key, text, { version }) =>
      new Promise((resolve) => {
        writes.push(() => {
          texts.set(key, { text, changes: null, version, atMs: clock.monotonicMs() });
          resolve();
        });
      }),
    async amend(key, changes, { version }) {
      const kept = texts.get(key);
      if (kept?.version !== version) return false;
      texts.set(key, { ...kept, changes, atMs: clock.monotonicMs() });
      return true;
    },
    async read(key) {
      if (isAway) throw new Error('away');
      const kept = texts.get(key);
      return kept === undefined ? null : { ...kept, ageMs: clock.monotonicMs() - kept.atMs };
    },
  };
  const failures: unknown[] = [];
  const memories = createCallMemories({
    copies,
    async rebuild(_callSid, before) {
      asked.push(before);
      if (asked.length <= failuresOfRecord) throw new Error('away');
      return rebuilt;
    },
    clock,
    leases: { holder: async () => rebuilt?.instanceId ?? null },
    limits: { recallMs: 1_500, againMs: 2_000, settleMs: 1_000, ttlMs: 60_000, overTtlMs: 10_000, leaseMs: LEASE_MS },
    onFailure: (error) => failures.push(error),
  });
  async function letPass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += STEP_MS) {
      await settled();
      clock.advance(STEP_MS);
    }
  }
  const key = `ethiq:call:${CALL_SID}`;
  const put = (text: string) => texts.set(key, { text, changes: null, version: 1, atMs: clock.monotonicMs() });
  const lose = () => texts.delete(key);
  return { clock, memories, writes, failures, asked, put, lose, letPass, setAway: (away: boolean) => (isAway = away) };
}
