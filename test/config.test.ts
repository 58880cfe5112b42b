import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, readDatabaseUrl, readPolicy } from '../src/config.ts';
import { DEFAULT_POLICY } from '../src/scoring/default-policy.ts';
import { newFolder } from './support/folder.ts';

const SECRET = 'k'.repeat(32);
const OPENAIS_OWN = ['prompt_cache_key', 'prompt_cache_options'];
const PRODUCTION = {
  NODE_ENV: 'production',
  BASE_URL: 'https://api.example.org',
  DATABASE_URL: 'postgres://db/ethiq',
  REDIS_URL: 'redis://cache',
  TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: SECRET,
  TWILIO_SMS_NUMBER: '+12125550100',
  DEEPGRAM_API_KEY: SECRET,
  PUBLIC_API_KEY: SECRET,
  ADMIN_API_KEY: SECRET,
  JWT_SECRET: SECRET,
  WEBHOOK_SECRET: SECRET,
  ENCRYPTION_KEY: SECRET,
};
const problemsOf = (environment: Record<string, string | undefined>): string => {
  try {
    readConfig(environment);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

describe('the configuration', () => {
  it('of production is complete with the settings that are required', () => {
    expect(readConfig(PRODUCTION)).toMatchObject({
      environment: 'production',
      enforceHttps: true,
      port: 3000,
      drainTimeoutMs: 300_000,
      openai: null,
      deepgram: { url: 'wss://api.deepgram.com', model: 'nova-3' },
      language: 'en-US',
    });
  });

  it.each(Object.keys(PRODUCTION).filter((name) => name !== 'NODE_ENV'))('of production needs %s', (name) => {
    expect(problemsOf({ ...PRODUCTION, [name]: undefined })).toContain(`${name} is missing`);
    expect(problemsOf({ ...PRODUCTION, [name]: '' })).toContain(`${name} is missing`);
  });

  it('names every problem in one message, and shows no value', () => {
    const problems = problemsOf({
      ...PRODUCTION,
      BASE_URL: 'http://x',
      JWT_SECRET: 'short',
      DEEPGRAM_URL: 'not a url',
      PORT: 'many',
      REDIS_URL: '',
    });
    for (const name of ['BASE_URL', 'JWT_SECRET', 'DEEPGRAM_URL', 'PORT', 'REDIS_URL'])
      expect(problems).toContain(name);
    expect(problems).not.toMatch(/short|not a url|many/);
    expect(problems).not.toContain(SECRET);
  });

  it('takes Redis for one node unless told that it is a cluster, which needs an address', () => {
    expect(readConfig(PRODUCTION).isRedisCluster).toBe(false);
    expect(readConfig({ ...PRODUCTION, REDIS_CLUSTER: 'true' }).isRedisCluster).toBe(true);
    expect(problemsOf({ REDIS_CLUSTER: 'true' })).toContain('REDIS_URL is missing');
    expect(problemsOf({ REDIS_CLUSTER: 'yes' })).toContain('REDIS_CLUSTER must be true or false');
  });

  it('needs Redis for several workers', () => {
    expect(readConfig(PRODUCTION).workers).toBe(1);
    expect(readConfig({ ...PRODUCTION, WORKERS: '4' }).workers).toBe(4);
    expect(problemsOf({ WORKERS: '2' })).toContain('WORKERS above 1 needs REDIS_URL');
    expect(problemsOf({ ...PRODUCTION, WORKERS: '0' })).toContain('WORKERS');
  });

  it('needs no Redis when one instance is meant, and no number with a messaging service', () => {
    expect(readConfig({ ...PRODUCTION, REDIS_URL: '', SINGLE_INSTANCE: 'true' }).redisUrl).toBeNull();
    const service = `MG${'2'.repeat(32)}`;
    expect(
      readConfig({ ...PRODUCTION, TWILIO_SMS_NUMBER: '', TWILIO_MESSAGING_SERVICE_SID: service }).twilio.sender,
    ).toEqual({
      messagingServiceSid: service,
    });
  });

  it('lets providers be self-hosted without TLS', () => {
    const config = readConfig({
      ...PRODUCTION,
      DEEPGRAM_URL: 'ws://stt:8080',
      OPENAI_API_KEY: 'x',
      OPENAI_BASE_URL: 'http://llm:8000/v1',
      TWILIO_API_URL: 'http://twilio:1',
    });
    expect(config).toMatchObject({ deepgram: { url: 'ws://stt:8080' }, openai: { baseUrl: 'http://llm:8000/v1' } });
  });

  it.each(['es', 'es-419', 'zh-Hant-TW', 'multi'])('listens for %s', (language) => {
    expect(readConfig({ STT_LANGUAGE: language }).language).toBe(language);
  });

  it.each(['en_US', 'english', 'auto'])('refuses to listen for %s', (language) => {
    expect(problemsOf({ STT_LANGUAGE: language })).toContain('STT_LANGUAGE must be a language as BCP 47 writes it');
  });

  it.each([
    ['OpenAI’s own server everything', {}, []],
    ['another what few know but OpenAI', { OPENAI_BASE_URL: 'http://llm/v1' }, OPENAIS_OWN],
    ['a server what it refuses', { OPENAI_OMIT: 'store, reasoning_effort' }, ['store', 'reasoning_effort']],
    ['another everything, when told so', { OPENAI_BASE_URL: 'http://llm/v1', OPENAI_OMIT: 'nothing' }, []],
  ])('sends %s, or not', (_what, environment, omit) => {
    expect(readConfig({ ...PRODUCTION, OPENAI_API_KEY: 'x', ...environment }).openai?.omit).toEqual(omit);
  });

  it('says which parameters a request to the model can do without', () => {
    expect(problemsOf({ ...PRODUCTION, OPENAI_OMIT: 'store,messages' })).toContain(
      'OPENAI_OMIT must be `nothing`, or of these, separated by commas: store, response_format,',
    );
  });

  it('takes how long the model may think, and how hard', () => {
    const config = readConfig({
      ...PRODUCTION,
      OPENAI_API_KEY: 'x',
      OPENAI_DEADLINE_MS: '2500',
      OPENAI_REASONING_EFFORT: 'low',
    });
    expect(config.limits.scoring.reading.deadlineMs).toBe(2_500);
    expect(config.openai?.reasoningEffort).toBe('low');
    expect(problemsOf({ ...PRODUCTION, OPENAI_REASONING_EFFORT: 'unset' })).toContain('OPENAI_REASONING_EFFORT');
  });

  it('forgives the slash at the end of BASE_URL', () => {
    expect(readConfig({ ...PRODUCTION, BASE_URL: 'https://api.example.org/' }).baseUrl).toBe('https://api.example.org');
  });

  it('refuses an address with a path, which the providers would never see', () => {
    expect(problemsOf({ ...PRODUCTION, BASE_URL: 'https://api.example.org/ethiq' })).toContain(
      'BASE_URL must be an origin',
    );
    expect(problemsOf({ ...PRODUCTION, DEEPGRAM_URL: 'nowhere' })).not.toContain('origin');
  });

  it('of development needs nothing at all', () => {
    expect(readConfig({})).toMatchObject({
      environment: 'development',
      databaseUrl: null,
      redisUrl: null,
      isExposed: false,
    });
  });

  it('refuses the example keys as soon as the address is public', () => {
    const example = 'example-admin-api-key-for-development';
    expect(problemsOf({ ...PRODUCTION, ADMIN_API_KEY: example })).toContain('ADMIN_API_KEY is the example value');
    expect(problemsOf({ BASE_URL: 'https://tunnel.example.org' })).toContain('ADMIN_API_KEY is missing');
  });

  it('tells of settings that it does not act upon yet', () => {
    expect(readConfig({ ...PRODUCTION, SENTRY_DSN: 'https://x' }).notYet).toEqual(['SENTRY_DSN']);
  });

  it('has the weights of this version, or those of a file, and back again', async () => {
    const { version } = DEFAULT_POLICY.likeness.model;
    expect(readConfig({}).policy).toBe(DEFAULT_POLICY);
    const file = join(await newFolder(), 'weights.json');
    await writeFile(file, JSON.stringify({ windowMs: 20_000, bias: -1, weights: { threat: 2 } }));
    const { policy } = readConfig({ LIKENESS_WEIGHTS: file });
    expect(policy).toMatchObject({ version: DEFAULT_POLICY.version, likeness: { model: { weights: { threat: 2 } } } });
    expect(policy.likeness.model.version).not.toBe(version);
    expect(readPolicy({ LIKENESS_WEIGHTS: file })).toEqual(policy);
    expect(readPolicy({ LIKENESS_WEIGHTS: '' })).toBe(DEFAULT_POLICY);
  });

  it.each([
    ['that is not there', null, 'LIKENESS_WEIGHTS names a file that cannot be read (ENOENT)'],
    ['that is no JSON', '{', 'LIKENESS_WEIGHTS names a file that is not JSON'],
    ['of something else', '{"windowMs":-1}', /LIKENESS_WEIGHTS names a file .*windowMs: .*bias: .*weights: /],
  ])('refuses a file of weights %s', async (_what, text, problem) => {
    const file = join(await newFolder(), 'weights.json');
    if (text !== null) await writeFile(file, text);
    expect(problemsOf({ LIKENESS_WEIGHTS: file, PORT: 'many' })).toMatch(problem);
    expect(problemsOf({ LIKENESS_WEIGHTS: file, PORT: 'many' })).toContain('PORT');
    expect(() => readPolicy({ LIKENESS_WEIGHTS: file })).toThrow(ConfigError);
  });

  it('is listed whole in .env.example, with values that development can begin with', () => {
    const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const names = new Set([...text.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name));
    const source = readFileSync(new URL('../src/config.ts', import.meta.url), 'utf8');
    const known = [...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name);
    expect([...new Set(known)].filter((name) => !names.has(name))).toEqual([]);
    const set = Object.fromEntries(
      [...text.matchAll(/^([A-Z][A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(problemsOf(set)).toBe('');
  });
});

describe('a migration', () => {
  it('needs the address of the database alone', () => {
    expect(readDatabaseUrl({ DATABASE_URL: 'postgres://db/ethiq' })).toBe('postgres://db/ethiq');
    expect(() => readDatabaseUrl({})).toThrow(ConfigError);
  });
});
