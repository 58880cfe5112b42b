import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from './fleet.ts';

/** Listens to the live events of every instance: an utterance's number must never stand for two different ones. */
export interface UtteranceWatch {
  /** CallSids in which one number was given to different words. */
  readonly clashes: ReadonlySet<string>;
  /** What viewers saw of each call, as it came: `75709.35 u4 hello`. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
  stop(): void;
}

const PAUSE_MS = 200;

export function watchUtterances(
  instances: readonly Instance[],
  headers: Readonly<Record<string, string>>,
): UtteranceWatch {
  const texts = new Map<string, string>();
  const clashes = new Set<string>();
  const seen = new Map<string, string[]>();
  const stopped = new AbortController();
  for (const instance of instances) void follow(instance);

  async function follow({ port }: Instance): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await read(`http://127.0.0.1:${port}/api/v1/events`);
      } catch {
        await sleep(PAUSE_MS); // it is down, on purpose
      }
    }
  }

  async function read(url: string): Promise<void> {
    const response = await fetch(url, { headers, signal: stopped.signal });
    let rest = '';
    for await (const part of response.body ?? []) {
      const events = (rest + Buffer.from(part).toString()).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const data = /^event: transcript\.final\ndata: (.+)$/.exec(event)?.[1];
        if (data !== undefined) note(data);
      }
    }
  }

  function note(data: string): void {
    const { callSid, utterance } = JSON.parse(data) as { callSid: string; utterance: { id: string; text: string } };
    const key = `${callSid} ${utterance.id}`;
    const known = texts.get(key);
    if (known === utterance.text) return; // viewers of another instance see it too
    if (known !== undefined) clashes.add(callSid);
    texts.set(key, utterance.text);
    const words = `${((Date.now() / 1_000) % 100_000).toFixed(2)} ${utterance.id} ${utterance.text}`;
    seen.set(callSid, [...(seen.get(callSid) ?? []), words]);
  }

  return { clashes, seen, stop: () => stopped.abort() };
}
