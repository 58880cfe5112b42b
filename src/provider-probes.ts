import type { Twilio } from 'twilio';
import type { Config } from './config.ts';
import type { HealthOptions, Probe } from './observability/health.ts';

const PROBE_TIMEOUT_MS = 2_000;
const UNAUTHORIZED = 401;

export interface ProbedParts {
  readonly database: () => Promise<void>;
  /** Null: not in use here. */
  readonly redis: Probe;
  readonly twilio: Twilio;
  readonly config: Config;
}

/** What `/health` looks at: the database, Redis, and each provider with the key that the service uses. */
export function providerProbes({ database, redis, twilio, config }: ProbedParts): HealthOptions['probes'] {
  const { deepgram, openai, limits } = config;
  const deepgramUrl = `${deepgram.url.replace(/^ws/, 'http')}/v1/projects`;
  const { localMs, providerMs } = limits.health;
  return {
    database: { probe: database, everyMs: localMs },
    redis: { probe: redis, everyMs: localMs },
    twilio: {
      probe: async () => void (await twilio.api.v2010.accounts(config.twilio.accountSid).fetch()),
      everyMs: providerMs,
    },
    deepgram: { probe: httpProbe(deepgramUrl, `Token ${deepgram.apiKey}`), everyMs: providerMs },
    openai: {
      probe: openai && httpProbe(`${openai.baseUrl}/models`, `Bearer ${openai.apiKey}`),
      everyMs: providerMs,
    },
  };
}

/** Whether a provider answers at this address and takes the key. Other refusals are the address's, not the provider's. */
function httpProbe(url: string, authorization: string): Probe {
  return async () => {
    const response = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    if (response.status === UNAUTHORIZED || response.status >= 500) throw new Error(`HTTP ${response.status}`);
  };
}
