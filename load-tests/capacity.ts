import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LIMITS } from '../src/limits.ts';
import { commitOf, HISTORY, readHistory } from './bench/history.ts';
import { CALL_S, loadedCore, type ModelRates } from './capacity/arithmetic.ts';
import { measureSharedParts } from './capacity/shared-parts.ts';
import { exhaustionTable, sizesTable, unitsTable } from './capacity/tables.ts';

/**
 * What calls cost, on one core and on ten thousand: `npm run capacity`. What an instance asks of Redis, Postgres and the
 * other instances is counted in this run; the rest is arithmetic, printed with its formulas.
 */
const { values: options } = parseArgs({
  options: {
    /** With how many calls it is counted. */
    calls: { type: 'string', default: String(LIMITS.maxCalls) },
    seconds: { type: 'string', default: '30' },
    /** Calls for `model-requests.ts`; without it, what `src/scoring/README.md` tells of its longest honest ones is used. */
    'model-data': { type: 'string' },
    /** Of `npm run bench`: how many calls a core carries. */
    history: { type: 'string', default: HISTORY },
  },
});

interface ModelFigures {
  readonly name: string;
  readonly lengthS: number;
  /** Of a call: requests, and tokens of input that no cache held. */
  readonly requests: number;
  readonly tokens: number;
}

const KNOWN_MODEL_FIGURES: ModelFigures = {
  name: 'bothbosu_multi, honest',
  lengthS: 147,
  requests: 9.1,
  tokens: 3_385,
};

const say = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n\n`);
const model = options['model-data'] === undefined ? KNOWN_MODEL_FIGURES : longestHonest(options['model-data']);
const parts = await measureSharedParts(Number(options.calls), Number(options.seconds));
const core = loadedCore(LIMITS.maxCalls, parts, ratesOf(model));

say([
  `Method: one instance without calls, and with ${parts.calls} in real time (every twentieth a scam, all of them about money and without a pause),`,
  `${options.seconds} s each. Redis' and Postgres' own counters before and after (INFO, pg_stat_database, pg_stat_wal), processor time by /proc;`,
  'the same with 20 more that hear its events, in one process, for what one costs; 50 calls of which nothing is said, for what',
  `their beginning and end cost, at a call of ${CALL_S / 60} minutes. Bandwidth is computed: a frame in base64 and JSON, WebSocket, TLS 1.3,`,
  `TCP with timestamps over IPv4, acknowledgements. Model: \`npm run bench:model\`, ${model.name}, ${model.lengthS} s each.`,
  mostCalls(),
  `Machine: ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}.`,
  ...(parts.trouble === null ? [] : [`NOT TO BE TRUSTED: ${parts.trouble}.`]),
]);
say(unitsTable(parts));
say(sizesTable(core));
say(exhaustionTable(core));
process.exit(0);

/** No more than a call may ask. */
function ratesOf({ lengthS, requests, tokens }: ModelFigures): ModelRates {
  const { modelBudget } = LIMITS.scoring;
  return {
    requests: Math.min((requests / lengthS) * 60, modelBudget.requests),
    freshTokens: Math.min((tokens / lengthS) * 60, modelBudget.inputTokens),
  };
}

/** Of what `model-requests.ts` prints of these calls: short ones are all beginning, when a call asks most. */
function longestHonest(data: string): ModelFigures {
  const script = resolve(import.meta.dirname, 'model-requests.ts');
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', script, '--data', data], { encoding: 'utf8' });
  const rows = [...stdout.matchAll(/^\| (.+, honest) \| \d+ \| (\d+) s \| \d+ s \| ([\d.]+) \| \d+ \| (\d+) \|/gm)];
  const [longest] = rows.sort((a, b) => Number(b[2]) - Number(a[2]));
  if (longest === undefined) throw new Error(`There are no honest calls in ${data} that may be trained on.`);
  const [, name = '', lengthS, requests, tokens] = longest;
  return { name, lengthS: Number(lengthS), requests: Number(requests), tokens: Number(tokens) };
}

function mostCalls(): string {
  const last = readHistory(options.history).findLast(({ parts }) => typeof parts.media?.most === 'number');
  if (last === undefined) return 'How many calls a core carries was not measured here; `npm run bench` does.';
  const { cores, model, node } = last.machine;
  return `A core carried ${last.parts.media?.most} calls with every promise kept (\`npm run bench\` at ${commitOf(last)}, ${cores} × ${model}, Node ${node}).`;
}
