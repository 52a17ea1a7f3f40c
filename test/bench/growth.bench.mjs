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

/** A size that would take longer than this many seconds, in proportion to the one before, is not tried. */
const PATIENCE = 30;

const OPERATIONS = ['opening', 'gradient', 'epoch', 'check', 'judge', 'curvature'];
/** Of networks 10-w-w-1 over 100 rows, and of rows of 10-26-26-1, which has 1015 parameters. */
const SWEEPS = [
  { of: 'parameters', sizes: [5, 26, 95, 310, 995, 4460].map((width) => ({ width, rows: 100 })) },
  { of: 'rows', sizes: [10, 100, 1000, 10_000, 100_000, 1_000_000].map((rows) => ({ width: 26, rows })) },
];

export async function report({ folder, quick }) {
  const parts = [];
  const figure = [];
  for (const { of, sizes } of SWEEPS) {
    const curves = OPERATIONS.map((operation) => ({
      operation,
      points: measured(operation, of, sizes, folder, quick),
    }));
    figure.push({ of, curves });
    const all = [...new Set(curves.flatMap(({ points }) => points.map(({ size }) => size)))].sort((p, q) => p - q);
    const cell = ({ points }, size) => {
      const point = points.find((one) => one.size === size);
      return point ? `${short(point.milliseconds)} ms, ${short(point.mebibytes)} MiB` : '–';
    };
    const rows = curves.map((curve) => [
      curve.operation,
      ...all.map((size) => cell(curve, size)),
      ...lawOf(curve.points),
    ]);
    parts.push(table([of, ...all.map(short), 'exponent', 'bends at'], rows), '');
  }
  if (!quick) writeFileSync(join(import.meta.dirname, '..', '..', 'media', 'growth.svg'), drawGrowth(figure));
  return [
    ...parts,
    `Each in a process of its own, on one thread: the processor time of one, and the memory of the process at its peak. The exponent is that of the last step; below the bend, what does not grow takes longer. – : not tried, since it would take more than ${PATIENCE} s, or the text is larger than 64 MiB.`,
    '',
    await beside(folder, quick),
  ].join('\n');
}

/** The points of one operation, up to where it takes too long. */
function measured(operation, of, sizes, folder, quick) {
  const points = [];
  for (const { width, rows } of quick ? sizes.slice(0, 4) : sizes) {
    const size = of === 'rows' ? rows : (width + 13) * width + 1;
    const last = points.at(-1);
    if (last && (last.milliseconds * size) / last.size > 1000 * PATIENCE) break;
    const { stdout } = spawnSync(
      process.execPath,
      ['--max-old-space-size=8192', join(import.meta.dirname, 'growthCase.mjs'), folder, operation, width, rows],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    if (stdout.trim() === '') break;
    const { milliseconds, mebibytes } = JSON.parse(stdout);
    points.push({ size, milliseconds, mebibytes });
  }
  return points;
}

/** The exponent between the two largest sizes, and where its line meets the time of the smallest. */
function lawOf(points) {
  const [before, last] = points.slice(-2);
  if (!last) return ['–', '–'];
  const exponent = Math.log(last.milliseconds / before.milliseconds) / Math.log(last.size / before.size);
  const bend = last.size * (points[0].milliseconds / last.milliseconds) ** (1 / exponent);
  return [exponent.toFixed(2), bend > points[0].size ? short(Number(bend.toPrecision(2))) : '–'];
}

/** An epoch of ours with all threads, of the exported script alone, and of it in two processes of gloo. */
async function beside(folder, quick) {
  const python = findPython();
  if (!python) return 'There is no PyTorch here to be measured beside.';
  const rows = [];
  for (const [width, count] of quick
    ? [[95, 1000]]
    : [
        [26, 1000],
        [95, 1000],
        [310, 1000],
        [995, 1000],
        [2000, 1000],
        [310, 10_000],
        [995, 10_000],
      ]) {
    const scripts = mkdtempSync(join(tmpdir(), 'bench-'));
    try {
      const { parameters, milliseconds } = JSON.parse(
        spawnSync(
          process.execPath,
          [join(import.meta.dirname, 'growthCase.mjs'), folder, 'batch', width, count, scripts],
          { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
        ).stdout,
      );
      const alone = await epochOf(python, scripts, 1);
      const two = await epochOf(python, scripts, 2);
      const best = Math.min(alone, two);
      rows.push([
        `${short(parameters)} parameters, ${short(count)} rows`,
        `${short(milliseconds)} ms`,
        `${short(alone)} ms`,
        `${short(two)} ms`,
        short(best / milliseconds),
      ]);
    } finally {
      rmSync(scripts, { recursive: true });
    }
  }
  return table(
    [
      'one epoch, one batch of all rows',
      'ours, all threads',
      'exported script',
      'under torchrun, 2 processes',
      'ratio',
    ],
    rows,
  );
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
