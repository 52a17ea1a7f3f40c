// What pictures in the units cost the panel: processor time of its thread, which a busy machine leaves as it is, and frames
// while the graph is dragged.
import { build } from 'esbuild';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium } from '../chromium.mjs';
import { livePictures } from './livePictures.mjs';
import { median } from './measure.mjs';

export const name = 'Pictures in the units';

const EXAMPLES = ['digits-784-128-10', 'two-spirals'];
/** Networks that are shown one after the other, in each of so many rounds. */
const UPDATES = 20;
const ROUNDS = 5;
const MOVES = 120;

/** Rows of { what, value, unit, limit or least }, medians. */
export async function run({ root }) {
  const harnessFolder = join(root, 'test', 'webview');
  const outfile = join(root, 'out', 'panel-test', 'harness.mjs');
  await build({
    entryPoints: [join(harnessFolder, 'harness.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    banner: { js: `import.meta.dirname = ${JSON.stringify(harnessFolder)};` },
  });
  const { buildPanel, Harness } = await import(pathToFileURL(outfile).href);
  await buildPanel();
  const harness = await Harness.start(await launchChromium());
  try {
    const rows = [];
    for (const example of EXAMPLES) rows.push(...(await measured(harness, example)));
    return [...rows, ...(await livePictures())];
  } finally {
    await harness.stop();
  }
}

async function measured(harness, example) {
  const { page } = await harness.open({ example, width: 1600, height: 1000 });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  /** Processor time of the page's thread so far, in milliseconds. */
  const time = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  };
  const took = async (work) => {
    const before = await time();
    await work();
    return (await time()) - before;
  };
  const units = page.getByRole('radiogroup', { name: 'Units as' });
  const costs = { numbers: [], pictures: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const what of round % 2 === 0 ? ['numbers', 'pictures'] : ['pictures', 'numbers']) {
      await units.getByRole('radio', { name: what }).click();
      await page.evaluate(update, 3);
      costs[what].push((await took(() => page.evaluate(update, UPDATES))) / UPDATES);
    }
  }
  await units.getByRole('radio', { name: 'pictures' }).click();
  await page.evaluate(update, 3);
  const box = await page.locator('.graph').boundingBox();
  await page.mouse.move(box.x + 30, box.y + box.height - 60);
  await page.mouse.down();
  const frames = page.evaluate(watchFrames, MOVES);
  const dragging = await took(async () => {
    for (let move = 0; move < MOVES; move++) {
      await page.mouse.move(box.x + 30 + 60 * Math.sin(move / 9), box.y + box.height - 60 - 20 * Math.cos(move / 9));
    }
  });
  await page.mouse.up();
  await harness.close(page);
  return [
    {
      what: `${example}: the panel’s thread for one more picture of θ`,
      value: median(costs.pictures.map((cost, round) => cost - costs.numbers[round])),
      unit: 'ms',
      limit: 3,
    },
    { what: '… of an update with numbers alone', value: median(costs.numbers), unit: 'ms' },
    { what: '… for one move of a drag', value: dragging / MOVES, unit: 'ms', limit: 16 },
    { what: '… from frame to frame of a drag', value: median(await frames), unit: 'ms', limit: 17 },
  ];
}

/** In the page: shows so many networks, each once the one before is drawn. */
async function update(count) {
  const { view } = window.pageApp.session;
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  for (let k = 0; k < count; k++) {
    view.moveTo(view.shown.theta.map((value, at) => value + 1e-3 * Math.sin(at + k)));
    await frame();
    await frame();
  }
}

/** In the page: milliseconds between frames. */
function watchFrames(count) {
  return new Promise((resolve) => {
    const times = [];
    let last = performance.now();
    const tick = (now) => {
      times.push(now - last);
      last = now;
      if (times.length < count) requestAnimationFrame(tick);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(tick);
  });
}
