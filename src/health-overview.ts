import type { Twilio } from 'twilio';
import type { SteadyClock } from './call/steady-clock.ts';
import type { Config } from './config.ts';
import { createHealth, type Health, HealthProblem, type Probe } from './observability/health.ts';

export interface WatchedParts {
  readonly clock: SteadyClock;
  readonly database: { now(): Promise<number> };
  /** Null: not in use here. */
  readonly redis: { ping(): Promise<void> } | null;
  readonly journal: { probe(): Promise<void> };
  readonly descriptors: { readonly probe: Probe };
  readonly load: { readonly probe: Probe };
  readonly log: { probe(): Promise<void> };
  readonly twilio: Twilio;
}

const PROBE_TIMEOUT_MS = 2_000;
const UNAUTHORIZED = 401;

/** What `/health` looks at: this process, what it stands on, and each provider with the key that the service uses. */
export function createHealthOverview(
  config: Config,
  /** Whether calls are taken. */
  isReady: () => boolean,
  { clock, database, redis, journal, descriptors, load, log, twilio }: WatchedParts,
): Health {
  const { deepgram, openai, limits } = config;
  const { localMs, diskMs, providerMs } = limits.health;
  const deepgramUrl = `${deepgram.url.replace(/^ws/, 'http')}/v1/projects`;
  return createHealth({
    clock,
    isReady,
    probes: {
      database: { probe: async () => void (await database.now()), everyMs: localMs },
      redis: { probe: redis?.ping ?? null, everyMs: localMs },
      journal: { probe: journal.probe, everyMs: diskMs },
      clock: {
        probe: async () => {
          if (clock.trouble !== null) throw new HealthProblem(clock.trouble);
        },
        everyMs: 0,
      },
      descriptors: { probe: descriptors.probe, everyMs: 0 },
      event_loop: { probe: load.probe, everyMs: 0 },
      log: { probe: log.probe, everyMs: 0 },
      twilio: {
        probe: async () => void (await twilio.api.v2010.accounts(config.twilio.accountSid).fetch()),
        everyMs: providerMs,
      },
      deepgram: { probe: httpProbe(deepgramUrl, `Token ${deepgram.apiKey}`), everyMs: providerMs },
      openai: {
        probe: openai && httpProbe(`${openai.baseUrl}/models`, `Bearer ${openai.apiKey}`),
        everyMs: providerMs,
      },
    },
  });
}

/** Whether a provider answers at this address and takes the key. Other refusals are the address's, not the provider's. */
function httpProbe(url: string, authorization: string): Probe {
  return async () => {
    const response = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    if (response.status === UNAUTHORIZED || response.status >= 500) {
      throw new HealthProblem(`HTTP ${response.status}`);
    }
  };
}
