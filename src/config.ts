import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { phoneNumberSchema } from './call/ids.ts';
import { languageSchema } from './call/language.ts';
import { LIMITS, type Limits } from './limits.ts';
import { policyByWeightsFile } from './scoring/policy-file.ts';
import type { RiskPolicy } from './scoring/risk-policy.ts';
import { addressOf, count, flag, listOf, originOf, secret } from './setting-values.ts';

/** Settings that are wrong or missing, all of them in one message. */
export class ConfigError extends Error {}

/** The values of `.env.example`: good enough to develop with, known to everybody. */
const EXAMPLES: Readonly<Record<string, string>> = {
  TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000000',
  TWILIO_AUTH_TOKEN: 'example-twilio-auth-token-0000000',
  TWILIO_SMS_NUMBER: '+15005550006',
  DEEPGRAM_API_KEY: 'example-deepgram-key-for-development',
  PUBLIC_API_KEY: 'example-public-api-key-for-development',
  ADMIN_API_KEY: 'example-admin-api-key-for-development',
  JWT_SECRET: 'example-jwt-secret-for-development-only',
  WEBHOOK_SECRET: 'example-webhook-secret-for-development',
  ENCRYPTION_KEY: 'example-encryption-key-for-development',
};

const MOST_WORKERS = 256;

/** Promised to operators, and not acted upon yet: whoever sets one is told. */
const NOT_YET = [
  'ALERT_EMAIL_ENABLED',
  'SMTP_URL',
  'EMAIL_FROM',
  'ALERT_WEBHOOK_URL',
  'SENTRY_DSN',
  'CORS_ORIGINS',
  'ALLOWED_HOSTS',
];

/** Parameters of a request to the model that a compatible server may refuse; those of OpenAI's cache few others know. */
const OPENAIS_OWN = ['prompt_cache_key', 'prompt_cache_options'] as const;
const OMITTABLE = ['store', 'response_format', 'max_completion_tokens', 'reasoning_effort', ...OPENAIS_OWN] as const;

const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(3000),
  BASE_URL: originOf('https:', 'http:').optional(),
  TRUST_PROXY: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  WORKERS: z.coerce.number('must be a number').int().min(1).max(MOST_WORKERS).default(1),
  INSTANCE_ID: z.string().default(() => `${hostname()}-${randomBytes(3).toString('hex')}`),
  DATABASE_URL: addressOf('postgres:', 'postgresql:').optional(),
  REDIS_URL: addressOf('redis:', 'rediss:').optional(),
  REDIS_CLUSTER: flag.default(false),
  SINGLE_INSTANCE: flag.default(false),
  JOURNAL_DIR: z.string().default('.data/journal'),
  TWILIO_ACCOUNT_SID: z.string().regex(/^AC[0-9a-f]{32}$/i, 'must be AC and 32 hexadecimal digits'),
  TWILIO_AUTH_TOKEN: z.string(),
  TWILIO_SMS_NUMBER: phoneNumberSchema.optional(),
  TWILIO_MESSAGING_SERVICE_SID: z
    .string()
    .regex(/^MG[0-9a-f]{32}$/i, 'must be MG and 32 hexadecimal digits')
    .optional(),
  TWILIO_API_URL: originOf('https:', 'http:').optional(),
  STT_PROVIDER: z.literal('deepgram', 'must be deepgram, the one recogniser so far').default('deepgram'),
  DEEPGRAM_API_KEY: z.string(),
  DEEPGRAM_URL: originOf('wss:', 'ws:').default('wss://api.deepgram.com'),
  DEEPGRAM_MODEL: z.string().default('nova-3'),
  DEEPGRAM_CATCH_UP: z.coerce.number('must be a number').min(1).max(100).default(LIMITS.deepgram.catchUpRate),
  STT_LANGUAGE: z
    .union([languageSchema, z.literal('multi')], 'must be a language as BCP 47 writes it, such as en-US, or multi')
    .default('en-US'),
  LIKENESS_WEIGHTS: policyByWeightsFile,
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: addressOf('https:', 'http:').default('https://api.openai.com/v1'),
  OPENAI_MODEL: z.string().default('gpt-5.6-luna'),
  OPENAI_REASONING_EFFORT: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).default('none'),
  OPENAI_DEADLINE_MS: count(LIMITS.scoring.reading.deadlineMs),
  OPENAI_OMIT: listOf(OMITTABLE).optional(),
  PUBLIC_API_KEY: secret,
  ADMIN_API_KEY: secret,
  JWT_SECRET: secret,
  WEBHOOK_SECRET: secret,
  ENCRYPTION_KEY: secret,
  API_RATE_LIMIT: count(100),
  ENFORCE_HTTPS: flag.optional(),
  MAX_REQUEST_SIZE: count(1 << 20),
  CONSENT_ANNOUNCEMENT: z.string().max(1_000).optional(),
  MAX_CALLS: count(LIMITS.maxCalls),
  MAX_LOOP_LAG_MS: count(LIMITS.load.lateFromMs),
  BLIND_ALERT_MS: count(LIMITS.session.blindAlertMs),
  TRANSCRIPT_RETENTION_DAYS: count(90),
  CALL_RETENTION_DAYS: count(90),
  DRAIN_TIMEOUT_S: z.coerce.number('must be a number').min(0).default(300),
});

type Environment = Readonly<Record<string, string | undefined>>;
type Settings = z.output<typeof environmentSchema>;

/** Settings from the environment. Throws a `ConfigError` that names every wrong or missing one, and shows no value. */
export function readConfig(environment: Environment = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const isProduction = given['NODE_ENV'] === 'production';
  // A public address makes the keys matter, whatever the environment is called.
  const isExposed = isProduction || given['BASE_URL']?.startsWith('https:') === true;
  const parsed = environmentSchema.safeParse(isExposed ? given : { ...EXAMPLES, ...given });
  const problems = new Map<string, string>();
  for (const { path, message } of parsed.error?.issues ?? []) problems.set(String(path[0]), message);
  for (const name of needed(given, isProduction, isExposed)) {
    if (given[name] === undefined) problems.set(name, 'is missing');
    else if (isExposed && given[name] === EXAMPLES[name])
      problems.set(name, 'is the example value, which everybody knows');
  }
  if (isProduction && given['BASE_URL']?.startsWith('http:')) problems.set('BASE_URL', 'must begin with https://');
  if (Number(given['WORKERS']) > 1 && given['REDIS_URL'] === undefined)
    problems.set('WORKERS', 'above 1 needs REDIS_URL: through it the processes know of one another’s calls');
  if (problems.size === 0 && parsed.success) return toConfig(parsed.data, isExposed, given);
  const lines = [...problems].map(([name, problem]) => `  ${name} ${problem}`).sort();
  throw new ConfigError(`These settings must be put right (README.md explains each of them):\n${lines.join('\n')}`);
}

/** All that a migration needs. */
export function readDatabaseUrl(environment: Environment = process.env): string {
  const url = environmentSchema.shape.DATABASE_URL.unwrap().safeParse(environment['DATABASE_URL'] ?? '');
  if (!url.success) throw new ConfigError('Set DATABASE_URL to the address of the Postgres that holds the record.');
  return url.data;
}

/** The policy in force, for what judges stored calls. */
export function readPolicy(environment: Environment = process.env): RiskPolicy {
  const policy = policyByWeightsFile.safeParse(environment['LIKENESS_WEIGHTS'] || undefined);
  if (policy.success) return policy.data;
  throw new ConfigError(`LIKENESS_WEIGHTS ${policy.error.issues[0]?.message}`);
}

function needed(given: Environment, isProduction: boolean, isExposed: boolean): string[] {
  const names = isExposed ? Object.keys(EXAMPLES).filter((name) => name !== 'TWILIO_SMS_NUMBER') : [];
  if (isExposed && given['TWILIO_MESSAGING_SERVICE_SID'] === undefined) names.push('TWILIO_SMS_NUMBER');
  if (isProduction) names.push('BASE_URL', 'DATABASE_URL');
  if (given['REDIS_CLUSTER'] === 'true' || (isProduction && given['SINGLE_INSTANCE'] !== 'true'))
    names.push('REDIS_URL');
  return names;
}

function toConfig(settings: Settings, isExposed: boolean, given: Environment) {
  const isProduction = settings.NODE_ENV === 'production';
  return {
    environment: settings.NODE_ENV,
    host: settings.HOST,
    port: settings.PORT,
    baseUrl: settings.BASE_URL ?? `http://localhost:${settings.PORT}`,
    trustProxy: settings.TRUST_PROXY,
    enforceHttps: settings.ENFORCE_HTTPS ?? isProduction,
    maxRequestBytes: settings.MAX_REQUEST_SIZE,
    logLevel: settings.LOG_LEVEL,
    /** How many processes share the port. */
    workers: settings.WORKERS,
    instanceId: settings.INSTANCE_ID,
    /** Null: an embedded Postgres under `.data/`. */
    databaseUrl: settings.DATABASE_URL ?? null,
    /** Null: one instance, with an in-process feed. */
    redisUrl: settings.REDIS_URL ?? null,
    /** The address is that of one node of a cluster. */
    isRedisCluster: settings.REDIS_CLUSTER,
    journalDirectory: settings.JOURNAL_DIR,
    twilio: {
      accountSid: settings.TWILIO_ACCOUNT_SID,
      authToken: settings.TWILIO_AUTH_TOKEN,
      apiUrl: settings.TWILIO_API_URL ?? null,
      sender: smsSender(settings),
    },
    deepgram: {
      apiKey: settings.DEEPGRAM_API_KEY,
      url: settings.DEEPGRAM_URL,
      model: settings.DEEPGRAM_MODEL,
    },
    /** Of calls whose user has not said otherwise. */
    language: settings.STT_LANGUAGE,
    /** Null: the local finder scores alone. */
    openai:
      settings.OPENAI_API_KEY === undefined
        ? null
        : {
            apiKey: settings.OPENAI_API_KEY,
            baseUrl: settings.OPENAI_BASE_URL,
            model: settings.OPENAI_MODEL,
            reasoningEffort: settings.OPENAI_REASONING_EFFORT,
            omit: settings.OPENAI_OMIT ?? (isOpenAIs(settings.OPENAI_BASE_URL) ? [] : OPENAIS_OWN),
          },
    keys: {
      publicApiKey: settings.PUBLIC_API_KEY,
      adminApiKey: settings.ADMIN_API_KEY,
      jwtSecret: settings.JWT_SECRET,
      webhookSecret: settings.WEBHOOK_SECRET,
    },
    /** Facts become risk by it. */
    policy: settings.LIKENESS_WEIGHTS,
    apiRateLimit: settings.API_RATE_LIMIT,
    announcement: settings.CONSENT_ANNOUNCEMENT ?? null,
    maxCalls: settings.MAX_CALLS,
    retention: { transcriptDays: settings.TRANSCRIPT_RETENTION_DAYS, callDays: settings.CALL_RETENTION_DAYS },
    drainTimeoutMs: settings.DRAIN_TIMEOUT_S * 1_000,
    limits: {
      ...LIMITS,
      session: { ...LIMITS.session, blindAlertMs: settings.BLIND_ALERT_MS },
      load: { ...LIMITS.load, lateFromMs: settings.MAX_LOOP_LAG_MS },
      deepgram: { ...LIMITS.deepgram, catchUpRate: settings.DEEPGRAM_CATCH_UP },
      scoring: {
        ...LIMITS.scoring,
        reading: { ...LIMITS.scoring.reading, deadlineMs: settings.OPENAI_DEADLINE_MS },
      },
    } as Limits,
    isExposed,
    notYet: NOT_YET.filter((name) => given[name] !== undefined),
  };
}

export type Config = ReturnType<typeof toConfig>;

const isOpenAIs = (baseUrl: string): boolean => new URL(baseUrl).hostname.endsWith('.openai.com');

const smsSender = (settings: Settings): { messagingServiceSid: string } | { from: string } =>
  settings.TWILIO_MESSAGING_SERVICE_SID === undefined
    ? { from: settings.TWILIO_SMS_NUMBER ?? '' }
    : { messagingServiceSid: settings.TWILIO_MESSAGING_SERVICE_SID };
