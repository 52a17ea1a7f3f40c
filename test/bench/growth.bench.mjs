// How time and memory of what one asks for grow with the parameters and with the rows, each in a process of its own; and from
// which size on the exported script under torchrun trains faster. Writes the figure of the README, media/growth.svg.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawGrowth } from './growthFigure.mjs';
import { short, table } from './measure.mjs';
import { findPython } from './python.mjs';

export const name = 'Growth';

/** A size that would take longer than this many seconds, in proportion to the one before, is left out. */
const PATIENCE = 20;
/** Nor is one waited for longer than this, with what it is made of. */
const LIMIT = 90;

const OPERATIONS = ['opening', 'gradient', 'epoch', 'check', 'judge', 'curvature'];
/** Of networks 10-w-w-1 over 100 rows, and of rows of 10-26-26-1, which has 1015 parameters. */
const SWEEPS = [
  {
    ...{ of: 'parameters', title: 'over parameters', axis: 'parameters (100 rows)' },
    sizes: [5, 26, 95, 310, 995, 4460].map((width) => ({ width, rows: 100 })),
  },
  {
    ...{ of: 'rows', title: 'over rows', axis: 'rows (1015 parameters)' },
    sizes: [10, 100, 1000, 10_000, 100_000, 1_000_000].map((rows) => ({ width: 26, rows })),
  },
];
/** Of an epoch beside the exported script. */
const BESIDE = [
  { rows: 1000, widths: [26, 95, 310, 995, 2000] },
  { rows: 10_000, widths: [95, 310, 995] },
];

export async function report({ folder, quick }) {
  const sweeps = SWEEPS.map((sweep) => ({
    ...sweep,
    curves: OPERATIONS.map((name, color) => ({ name, color, ...measured(name, sweep, folder, quick) })),
  }));
  const python = findPython();
  const epochs = [];
  for (const one of python ? (quick ? BESIDE.slice(0, 1) : BESIDE) : [])
    epochs.push({ ...one, points: await beside(one, python, folder, quick) });
  if (!quick) {
    const figure = join(import.meta.dirname, '..', '..', 'media', 'growth.svg');
    writeFileSync(figure, drawGrowth(panelsOf(sweeps, epochs)));
  }
  return [
    ...sweeps.flatMap(({ of, curves }) => [tableOf(of, curves), '']),
    `Each in a process of its own, on one thread: its processor time, and the memory of the process at its peak. The exponent is that of the last step; the bend is where its line meets the time of the smallest size, so that below it something else than the size takes the time.`,
    '',
    ...sweeps.flatMap(({ of, curves }) =>
      curves.flatMap(({ name, left }) => (left ? [`- ${name}, ${short(left.size)} ${of}: left out, ${left.why}`] : [])),
    ),
    '',
    ...(python ? besideInWords(epochs) : ['There is no PyTorch here to be measured beside.']),
  ].join('\n');
}

function tableOf(of, curves) {
  const all = [...new Set(curves.flatMap(({ points }) => points.map(({ size }) => size)))].sort((p, q) => p - q);
  const cell = ({ points }, size) => {
    const point = points.find((one) => one.size === size);
    return point ? `${duration(point.milliseconds)}, ${short(point.mebibytes)} MiB` : '–';
  };
  const rows = curves.map((curve) => {
    const { exponent, bend } = lawOf(curve.points);
    return [curve.name, ...all.map((size) => cell(curve, size)), exponent, bend];
  });
  return table([of, ...all.map(short), 'exponent', 'bends at'], rows);
}

function panelsOf(sweeps, epochs) {
  const panel = (measure, title) => (sweep) => ({
    measure,
    title: `${title} ${sweep.title}`,
    of: sweep.axis,
    curves: sweep.curves.map((curve) => ({
      ...curve,
      name: measure === 'milliseconds' ? `${curve.name} ∝ n${raised(lawOf(curve.points).exponent)}` : curve.name,
    })),
  });
  const columns = [
    { key: 'ours', name: 'here, all threads', color: 0 },
    { key: 'alone', name: 'exported script', color: 3 },
    { key: 'two', name: 'torchrun × 2', color: 4 },
  ];
  const besides = epochs.map(({ rows, points }) => ({
    measure: 'milliseconds',
    title: `An epoch of ${short(rows)} rows, one batch`,
    of: 'parameters',
    curves: columns.map(({ key, ...curve }) => ({
      ...curve,
      points: points.map((point) => ({ size: point.parameters, milliseconds: point[key] })),
    })),
  }));
  return [sweeps.map(panel('milliseconds', 'Time')), sweeps.map(panel('mebibytes', 'Memory')), besides].filter(
    (panels) => panels.length > 0,
  );
}

/** `1.04` as an exponent. */
function raised(exponent) {
  return `<tspan dy="-4" font-size="9">${exponent}</tspan>`;
}

/** The points of one operation, up to where it takes too long, and the size that was left out. */
function measured(operation, { of, sizes }, folder, quick) {
  const points = [];
  for (const { width, rows } of quick ? sizes.slice(0, 3) : sizes) {
    const size = of === 'rows' ? rows : (width + 13) * width + 1;
    const last = points.at(-1);
    const predicted = last ? (last.milliseconds * size) / last.size / 1000 : 0;
    if (predicted > PATIENCE)
      return { points, left: { size, why: `it would take about ${short(Number(predicted.toPrecision(2)))} s` } };
    const { stdout, error } = caseOf([folder, operation, width, rows]);
    if (error) return { points, left: { size, why: `it took longer than ${LIMIT} s` } };
    if (stdout.trim() === '') return { points, left: { size, why: 'its text is larger than 64 MiB' } };
    points.push({ size, ...JSON.parse(stdout) });
  }
  return { points };
}

/** What a process of its own says of one case. */
function caseOf(args) {
  return spawnSync(
    process.execPath,
    ['--max-old-space-size=8192', join(import.meta.dirname, 'growthCase.mjs'), ...args],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 1000 * LIMIT },
  );
}

/** The exponent between the two largest sizes, and where its line meets the time of the smallest. */
function lawOf(points) {
  const [before, last] = points.slice(-2);
  if (!last) return { exponent: '–', bend: '–' };
  const exponent = Math.log(last.milliseconds / before.milliseconds) / Math.log(last.size / before.size);
  const bend = last.size * (points[0].milliseconds / last.milliseconds) ** (1 / exponent);
  return {
    exponent: exponent.toFixed(2),
    bend: bend > 2 * points[0].size ? short(Number(bend.toPrecision(1))) : '–',
  };
}

/** An epoch of ours with all threads, of the exported script alone, and of it in two processes of gloo. */
async function beside({ rows, widths }, python, folder, quick) {
  const points = [];
  for (const width of quick ? widths.slice(0, 2) : widths) {
    const scripts = mkdtempSync(join(tmpdir(), 'bench-'));
    try {
      const { parameters, milliseconds: ours } = JSON.parse(caseOf([folder, 'batch', width, rows, scripts]).stdout);
      const alone = await epochOf(python, scripts, 1);
      const two = await epochOf(python, scripts, 2);
      points.push({ parameters, ours, alone, two });
    } finally {
      rmSync(scripts, { recursive: true });
    }
  }
  return points;
}

function besideInWords(epochs) {
  const rows = epochs.flatMap(({ rows, points }) =>
    points.map(({ parameters, ours, alone, two }) => [
      `${short(rows)} rows, ${short(parameters)} parameters`,
      ...[ours, alone, two].map(duration),
      short(Math.min(alone, two) / ours),
    ]),
  );
  const head = ['one epoch, one batch of all rows', 'here, all threads', 'exported script'];
  const from = epochs.map(({ rows, points }) => {
    const slower = points.findLastIndex(({ ours, alone, two }) => ours <= Math.min(alone, two));
    const first = points[slower + 1];
    return `With ${short(rows)} rows, ${first ? `the script is faster from ${short(first.parameters)} parameters on` : 'the script is faster at none of these sizes'}.`;
  });
  return [table([...head, 'under torchrun, 2 processes', 'script / here'], rows), '', from.join(' ')];
}

function duration(milliseconds) {
  if (!Number.isFinite(milliseconds)) return '–';
  return milliseconds >= 1000 ? `${short(milliseconds / 1000)} s` : `${short(milliseconds)} ms`;
}

/** Milliseconds of an epoch of the exported script in so many processes, started as torchrun does. */
async function epochOf(python, scripts, processes) {
  const port = await freePort();
  const ended = Array.from({ length: processes }, (_, rank) => {
    const world = { RANK: rank, LOCAL_RANK: rank, WORLD_SIZE: processes, MASTER_ADDR: '127.0.0.1', MASTER_PORT: port };
    // As torchrun sets it: a core for each.
    const env = { ...process.env, ...world, ...(processes > 1 ? { OMP_NUM_THREADS: '1' } : {}) };
    const child = spawn(python, ['timed.py'], { cwd: scripts, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    return new Promise((resolve) => child.on('close', () => resolve(said)));
  });
  const [first] = await Promise.all(ended);
  return Number(/^an epoch takes (\S+) ms$/m.exec(first)?.[1]);
}

function freePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
