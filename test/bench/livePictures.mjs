// Pictures in the units of a real VS Code while 784-128-10 trains: how many a second are seen, and what they take from the
// run, beside numbers in the units and beside a panel that nobody sees. The three take turns in one run, so that whatever
// else the machine does meets all of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { packageExtension, vsix } from '../setup.mjs';
import { createProfile, installVsix, prepareEmbedded, remoteUri, startServer } from '../vscode/embedded.mjs';
import { median } from './measure.mjs';

const ROUNDS = 8;
/** Milliseconds for which each is watched, and that it is given to settle before. */
const WATCHED = 5000;
const SETTLING = 2000;
const FILE = 'live.nn.json';
/** What hides the panel. */
const COVER = 'iris.csv';

/** Rows of { what, value, unit, limit or least }, medians. */
export async function livePictures() {
  await prepareEmbedded();
  await packageExtension();
  const profile = createProfile({ 'gradientInspector.inspectOnOpen': true });
  writeLongRun(profile.workspace);
  await installVsix(vsix, profile);
  const browser = await launchChromium();
  const server = await startServer(profile);
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    page.setDefaultTimeout(120_000);
    await page.goto(server.url([['openFile', remoteUri(server.authority, join(profile.workspace, FILE))]]));
    return rowsOf(await watched(page, await processorTimeOf(browser)));
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** The example of the digits, to be trained for longer than anybody watches. */
function writeLongRun(folder) {
  const file = JSON.parse(readFileSync(join(folder, 'digits-784-128-10.nn.json'), 'utf8'));
  const training = { ...file.training, epochs: 1_000_000 };
  writeFileSync(join(folder, FILE), JSON.stringify({ ...file, training }, null, 2));
}

/** Milliseconds that all processes of the browser have spent so far: panel, workbench, and what puts them on the screen. */
async function processorTimeOf(browser) {
  const session = await browser.newBrowserCDPSession();
  return async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
}

/** Each round's { rate, busy, drawn } with pictures, with numbers, and with the panel hidden. */
async function watched(page, processorTime) {
  const panel = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const tab = (name) => page.locator('.editor-group-container').nth(1).locator('.tab', { hasText: name });
  const button = (title) => panel.locator(`.controls vscode-button[aria-label="${title}"]`);
  await panel.locator('.convention strong').first().waitFor();
  await tab(FILE).click();
  await page.keyboard.press('Control+p');
  await page.locator('.quick-input-widget input').first().waitFor();
  await page.keyboard.insertText(COVER);
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: COVER }).first().click();
  await tab(COVER).waitFor();
  const units = (what) => async () => {
    await tab(FILE).click();
    await panel.getByRole('radiogroup', { name: 'Units as' }).getByRole('radio', { name: what }).click();
  };
  const show = { pictures: units('pictures'), numbers: units('numbers'), hidden: () => tab(COVER).click() };
  await show.pictures();
  await button('Train').click();
  await button('Pause').waitFor();
  const kinds = Object.keys(show);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const seen = {};
    for (let turn = 0; turn < kinds.length; turn++) {
      const kind = kinds[(turn + round) % kinds.length];
      await show[kind]();
      await page.waitForTimeout(SETTLING);
      const before = { at: performance.now(), busy: await processorTime() };
      const drawn = kind === 'pictures' ? panel.locator('canvas.pictures').evaluate(countPictures, WATCHED) : 0;
      const rate = await page.evaluate(epochsPerSecond, WATCHED);
      const busy = ((await processorTime()) - before.busy) / (performance.now() - before.at);
      seen[kind] = { rate, busy, drawn: await drawn };
    }
    rounds.push(seen);
  }
  return rounds;
}

function rowsOf(rounds) {
  const slower = (than) => median(rounds.map(({ pictures, [than]: other }) => 100 * (1 - pictures.rate / other.rate)));
  const busier = (than) => median(rounds.map(({ pictures, [than]: other }) => 100 * (pictures.busy - other.busy)));
  return [
    {
      what: 'pictures of new θ a second in a real VS Code, 784-128-10 in training',
      value: median(rounds.map(({ pictures }) => pictures.drawn)),
      unit: '/s',
      least: 10,
    },
    { what: '… the run slower than with numbers in the units', value: slower('numbers'), unit: '%', limit: 3 },
    { what: '… slower than with the panel hidden', value: slower('hidden'), unit: '%' },
    { what: '… the browser’s processor time beside numbers, of one core', value: busier('numbers'), unit: '%' },
    { what: '… beside a hidden panel', value: busier('hidden'), unit: '%' },
    {
      what: '… epochs a second with pictures',
      value: median(rounds.map(({ pictures }) => pictures.rate)),
      unit: '/s',
    },
  ];
}

/** In the page: how often in a second what is on the canvas was drawn from new pixels. */
function countPictures(canvas, milliseconds) {
  const [bitmaps, screens] = [OffscreenCanvasRenderingContext2D.prototype, CanvasRenderingContext2D.prototype];
  const { putImageData } = bitmaps;
  const { clearRect } = screens;
  let painted = false;
  let count = 0;
  bitmaps.putImageData = function (...given) {
    painted = true;
    return putImageData.apply(this, given);
  };
  screens.clearRect = function (...given) {
    if (painted && this.canvas === canvas) {
      count += 1;
      painted = false;
    }
    return clearRect.apply(this, given);
  };
  return new Promise((resolve) => {
    setTimeout(() => {
      Object.assign(bitmaps, { putImageData });
      Object.assign(screens, { clearRect });
      resolve((1000 * count) / milliseconds);
    }, milliseconds);
  });
}

/** In the page: epochs per second by the status bar, which names one now and then: the slope of the line through them. */
function epochsPerSecond(milliseconds) {
  return new Promise((resolve) => {
    const seen = [];
    const bar = document.querySelector('.statusbar');
    const observer = new MutationObserver(() => {
      const epoch = Number(/epoch (\d+)\//.exec(bar.textContent)?.[1]);
      if (epoch > (seen.at(-1)?.epoch ?? 0)) seen.push({ epoch, at: performance.now() / 1000 });
    });
    observer.observe(bar, { subtree: true, childList: true, characterData: true });
    setTimeout(() => {
      observer.disconnect();
      const mean = (of) => seen.reduce((sum, place) => sum + of(place), 0) / seen.length;
      const [epoch, at] = [mean((place) => place.epoch), mean((place) => place.at)];
      resolve(mean((place) => (place.at - at) * (place.epoch - epoch)) / mean((place) => (place.at - at) ** 2));
    }, milliseconds);
  });
}
