/** What V8's sampling profiler tells (https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile). */
export interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }>;
  /** The node on top of the stack, and the microseconds since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#type-SamplingHeapProfile */
export interface HeapProfile {
  readonly head: HeapNode;
}

interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** What a place took by itself: microseconds, or bytes. */
export interface Cost {
  readonly place: string;
  readonly cost: number;
}

interface Frame {
  readonly name: string;
  readonly place: string;
  readonly selfUs: number;
  readonly totalUs: number;
  readonly children: readonly Frame[];
}

const IDLE = '(idle)';
const ROW_PX = 17;
const WIDTH_PX = 1_800;
const NARROWEST_PX = 0.4;
const CHARACTER_PX = 6.6;
const COLOURS: ReadonlyArray<readonly [place: RegExp, colour: string]> = [
  [/^src\//, '#f4a259'],
  [/^node_modules\//, '#8cb4d8'],
  [/^node$/, '#9ecf9e'],
];

/** The busy time of each place, the dearest first. A place: a folder, a package, Node, or a native function of Node's. */
export function timeByPlace(profile: CpuProfile): Cost[] {
  return byPlace(readStacks(profile), ({ place, selfUs }) => ({ place, cost: selfUs }));
}

/** The bytes that each place allocated and that are still held, the most first. */
export function bytesByPlace({ head }: HeapProfile): Cost[] {
  return byPlace(head, ({ callFrame, selfSize }) => ({ place: placeOf(callFrame), cost: selfSize }));
}

function byPlace<Node extends { readonly children: readonly Node[] }>(
  root: Node,
  costOf: (node: Node) => Cost,
): Cost[] {
  const sums = new Map<string, number>();
  const visit = (node: Node): void => {
    const { place, cost } = costOf(node);
    sums.set(place, (sums.get(place) ?? 0) + cost);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return [...sums].map(([place, cost]) => ({ place, cost })).sort((a, b) => b.cost - a.cost);
}

/** As SVG: a frame is as wide as the busy time that it and what it called took, and tells more when pointed at. */
export function drawFlameGraph(profile: CpuProfile): string {
  const root = readStacks(profile);
  const scale = WIDTH_PX / root.totalUs;
  const drawn: string[] = [];
  let deepest = 0;

  function draw(frame: Frame, atPx: number, depth: number): void {
    const widthPx = frame.totalUs * scale;
    if (widthPx < NARROWEST_PX) return;
    deepest = Math.max(deepest, depth);
    drawn.push(box(frame, atPx, depth, widthPx, root.totalUs));
    let childAtPx = atPx;
    for (const child of frame.children) {
      draw(child, childAtPx, depth + 1);
      childAtPx += child.totalUs * scale;
    }
  }

  draw(root, 0, 0);
  const size = `width="${WIDTH_PX}" height="${(deepest + 1) * ROW_PX}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="monospace" font-size="11">\n${drawn.join('\n')}\n</svg>\n`;
}

function box({ name, place, totalUs }: Frame, atPx: number, depth: number, widthPx: number, allUs: number): string {
  const colour = COLOURS.find(([pattern]) => pattern.test(place))?.[1] ?? '#cccccc';
  const yPx = depth * ROW_PX;
  const more = `${name} · ${place} · ${((totalUs / allUs) * 100).toFixed(1)} % · ${Math.round(totalUs / 1_000)} ms`;
  const label = name.slice(0, Math.floor(widthPx / CHARACTER_PX));
  return [
    `<g><title>${escapeXml(more)}</title>`,
    `<rect x="${atPx.toFixed(1)}" y="${yPx}" width="${widthPx.toFixed(1)}" height="${ROW_PX - 1}" fill="${colour}"/>`,
    label.length > 1 ? `<text x="${(atPx + 2).toFixed(1)}" y="${yPx + 12}">${escapeXml(label)}</text>` : '',
    '</g>',
  ].join('');
}

const escapeXml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** The stacks from the root, without what was idle; the widest of each row first. */
function readStacks({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const selfUs = new Map<number, number>();
  for (const [i, id] of samples.entries()) selfUs.set(id, (selfUs.get(id) ?? 0) + (timeDeltas[i] ?? 0));

  function read(id: number): Frame[] {
    const node = byId.get(id);
    if (node === undefined || node.callFrame.functionName === IDLE) return [];
    const children = (node.children ?? []).flatMap(read).sort((a, b) => b.totalUs - a.totalUs);
    const own = selfUs.get(id) ?? 0;
    const totalUs = children.reduce((sum, child) => sum + child.totalUs, own);
    const { functionName, lineNumber } = node.callFrame;
    const name = functionName === '' ? `(line ${lineNumber + 1})` : functionName;
    return [{ name, place: placeOf(node.callFrame), selfUs: own, totalUs, children }];
  }

  const [root] = read(nodes[0]?.id ?? 0);
  if (root === undefined || root.totalUs === 0) throw new Error('the profile holds no samples');
  return root;
}

function placeOf({ functionName, url }: CallFrame): string {
  const own = /\/(src\/[^/]+)/.exec(url)?.[1];
  const modules = url.split('/node_modules/').at(-1) ?? '';
  if (url.includes('/node_modules/')) return `node_modules/${/^(@[^/]+\/)?[^/]+/.exec(modules)?.[0]}`;
  if (own !== undefined) return own;
  if (url.startsWith('node:')) return 'node';
  return functionName.startsWith('(') ? functionName : `native ${functionName}`;
}
