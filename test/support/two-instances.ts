import type { SharedChannels } from '../../src/feed/shared-channels.ts';
import type { CallControlResult } from '../../src/intervention/call-control.ts';
import { createCallCommands } from '../../src/session/call-commands.ts';
import type { CarrierMessage } from '../../src/transcription/carrier-recogniser.ts';
import { createFakeClock } from './fake-clock.ts';
import { newCallSid } from './people.ts';

export const LIMITS = { takenMs: 1_000, doneMs: 6_000, lateMs: 1_000 };
export const ENDED: CallControlResult = { ok: true, wasOver: false };
export const WAS_OVER: CallControlResult = { ok: true, wasOver: true };
export const REFUSED: CallControlResult = {
  ok: false,
  failure: { provider: 'twilio', code: '20500', message: 'no', retryable: true },
};
export const CALL_SID = newCallSid();

/** Two instances, of which B holds the call, and a carrier that hangs up once. */
export function startInstances() {
  const clock = createFakeClock();
  const listeners = new Map<string, (text: string) => void>();
  /** What is on the way to an instance whose process stands still. */
  const heldBack: Array<() => void> = [];
  const stalled = new Set<string>();
  let isAway = false;
  const channels: SharedChannels = {
    isSharded: false,
    async publish(channel, text) {
      if (isAway) throw new Error('away');
      const listener = listeners.get(channel);
      if (listener === undefined) return 0;
      if (stalled.has(channel)) heldBack.push(() => listener(text));
      else listener(text);
      return 1;
    },
    listen: (channel, listener) => listeners.set(channel, listener),
  };
  const held = new Set<string>();
  const asked: string[] = [];
  const ended: string[] = [];
  const heard: Array<[instanceId: string, message: CarrierMessage]> = [];
  let lost = 0;
  let isOver = false;
  let refusing = false;
  let hasSilentCarrier = false;
  const instance = (instanceId: string, holder: string | null, shared: SharedChannels | null = channels) =>
    createCallCommands({
      channels: shared,
      instanceId,
      calls: {
        has: () => held.has(instanceId),
        end: async () => void ended.push(instanceId),
      },
      control: {
        async endCall() {
          asked.push(instanceId);
          if (hasSilentCarrier) await new Promise(() => undefined);
          if (refusing) return REFUSED;
          const result = isOver ? WAS_OVER : ENDED;
          isOver = true;
          return result;
        },
      },
      transcribed: (message) => heard.push([instanceId, message]),
      holderOf: async () => holder,
      clock,
      limits: LIMITS,
      observer: {
        endedCall: () => undefined,
        brokenCommand: () => undefined,
        wordsLost: () => {
          lost += 1;
        },
      },
    });
  held.add('b');
  return {
    clock,
    instance,
    held,
    asked,
    ended,
    heard,
    lost: () => lost,
    over: () => {
      isOver = true;
    },
    refuse: () => {
      refusing = true;
    },
    away: () => {
      isAway = true;
    },
    stall: (name: string) => stalled.add(`ethiq:instance:${name}`),
    goOn() {
      stalled.clear();
      for (const arrive of heldBack.splice(0)) arrive();
    },
    silenceCarrier: (isSilent: boolean) => {
      hasSilentCarrier = isSilent;
    },
  };
}
