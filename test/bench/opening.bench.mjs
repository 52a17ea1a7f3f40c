// How long a person waits in a real VS Code from opening a file to its drawn panel, how long the extension host is held up in
// one piece meanwhile, and how soon after Train the first epoch is drawn.
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { packageExtension, vsix } from '../setup.mjs';
import { createProfile, installVsix, prepareEmbedded, remoteUri, startServer } from '../vscode/embedded.mjs';
import { manyParameters, manyRows } from './largeTexts.mjs';
import { median } from './measure.mjs';

export const name = 'Opening, and the first news of a run';

const ROUNDS = 3;
/** Milliseconds after which VS Code has started its own extensions, which would be measured, too. */
const SETTLING = 8000;
/** Clicks on Train, each in a panel of a file of its own. */
const CLICKS = 3;
const TRAIN = '.controls vscode-button[aria-label="Train"]';

const OPENED = [
  { what: '10,000 rows in the text', file: 'rows.nn.json', limit: 1500 },
  { what: '784-128-10', file: 'digits-784-128-10.nn.json', limit: 1200 },
  { what: '4·10⁶ parameters in the text', file: 'parameters.nn.json', limit: 4000 },
];
const TRAINED = [
  { what: 'XOR', file: 'xor' },
  { what: 'the spirals', file: 'two-spirals' },
  { what: '784-128-10', file: 'digits-784-128-10' },
];

/** Rows of { what, value, unit, limit }. */
export async function run() {
  await prepareEmbedded();
  await packageExtension();
  const profile = createProfile({
    'gradientInspector.inspectOnOpen': true,
    // VS Code for the Web asks first from 10 MB on.
    'workbench.editorLargeFileConfirmation': 1024,
  });
  writeFileSync(join(profile.workspace, 'rows.nn.json'), manyRows(10_000));
  writeFileSync(join(profile.workspace, 'parameters.nn.json'), manyParameters(4e6));
  const noted = watchHost(await installVsix(vsix, profile), profile);
  const browser = await launchChromium();
  const server = await startServer(profile);
  const address = (file) => server.url([['openFile', remoteUri(server.authority, join(profile.workspace, file))]]);
  try {
    const rows = [];
    for (const { what, file, limit } of OPENED) {
      const [times, pieces] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        const { took, piece } = await opened(browser, address('iris.csv'), file, noted);
        times.push(took);
        pieces.push(piece);
      }
      rows.push({ what: `${what}: from opening to the drawn panel`, value: median(times), unit: 'ms', limit });
      rows.push({ what: '… longest piece in the extension host', value: median(pieces), unit: 'ms', limit: 30 });
    }
    for (const { what, file } of TRAINED) {
      const times = [];
      for (let click = 0; click < CLICKS; click++) {
        const copy = `${file}-${click}.nn.json`;
        copyFileSync(join(profile.workspace, `${file}.nn.json`), join(profile.workspace, copy));
        times.push(await firstEpoch(browser, address(copy)));
      }
      const [news, values] = ['news', 'values'].map((key) => median(times.map((time) => time[key])));
      rows.push({ what: `${what}: from Train to the first epoch drawn`, value: news, unit: 'ms', limit: 200 });
      rows.push({ what: '… with every value after it', value: values, unit: 'ms' });
    }
    return rows;
  } finally {
    await browser.close();
    await server.stop();
  }
}

/**
 * Has the extension that is installed in `folder` note every piece of work on its host's thread: when it began and ended, and
 * the processor's milliseconds in it, whoever's work it is. Returns what reads them.
 */
function watchHost(folder, profile) {
  const [main, inner] = ['extension.js', 'watched.js'].map((file) => join(folder, 'dist', file));
  const log = join(profile.data, 'pieces');
  writeFileSync(log, '');
  renameSync(main, inner);
  writeFileSync(
    main,
    `module.exports = require(${JSON.stringify(inner)});
const { appendFileSync } = require('node:fs');
const busy = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000; };
let [last, spent] = [Date.now(), busy()];
const tick = () => {
  const [now, all] = [Date.now(), busy()];
  if (now - last > 10) appendFileSync(${JSON.stringify(log)}, JSON.stringify([last, now, all - spent]) + '\\n');
  [last, spent] = [now, busy()];
};
setInterval(tick, 2);`,
  );
  return () => readFileSync(log, 'utf8').split('\n').slice(0, -1).map(JSON.parse);
}

/** Milliseconds from a file's choice to a panel with every value in it, and the longest piece of the host's work meanwhile. */
async function opened(browser, address, file, pieces) {
  const page = await openPage(browser);
  try {
    await page.goto(address);
    await page.locator('.monaco-editor .view-line').first().waitFor();
    await page.waitForTimeout(SETTLING);
    const input = page.locator('.quick-input-widget input').first();
    await page.keyboard.press('Control+p');
    await input.waitFor();
    await page.keyboard.insertText(file);
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: file }).first().waitFor();
    const begun = Date.now();
    await page.keyboard.press('Enter');
    await panelOf(page).locator('.convention strong').first().waitFor();
    const took = Date.now() - begun;
    // What is still computed behind the drawn panel holds the host up, too.
    await page.waitForTimeout(2000);
    const busy = pieces().filter(([from]) => from >= begun);
    return { took, piece: Math.max(0, ...busy.map(([, , milliseconds]) => milliseconds)) };
  } finally {
    await page.close();
  }
}

/** Milliseconds from a click on Train, in a panel that shows a file that nobody has trained, to its first epoch, and to all values after it, being drawn. */
async function firstEpoch(browser, address) {
  const page = await openPage(browser);
  try {
    await page.goto(address);
    const panel = panelOf(page);
    await panel.locator('.convention strong').first().waitFor();
    await page.waitForTimeout(SETTLING);
    const took = panel.locator('body').evaluate(untilFirstEpoch);
    took.catch(() => undefined);
    await panel.locator(TRAIN).click();
    return await took;
  } finally {
    await page.close();
  }
}

/**
 * In the page: resolves with the milliseconds from the click on Train, its wait for a busy page included, to the first epoch in the
 * status of the run, and to every value after it.
 */
function untilFirstEpoch(body) {
  return new Promise((resolve) => {
    let begun;
    let news;
    const click = ({ target, timeStamp }) => {
      if (target.closest?.('.controls vscode-button[aria-label="Train"]')) begun = timeStamp;
    };
    body.addEventListener('click', click, true);
    const has = (place, words) => [...body.querySelectorAll(place)].some(({ textContent }) => words.test(textContent));
    const observer = new MutationObserver(() => {
      if (begun === undefined) return;
      const isInHeader = has('.convention', /epoch [1-9]/);
      // A run of XOR may be at its end by then.
      if (isInHeader || has('.loss', /epoch [1-9]|[1-9] epochs/)) news ??= performance.now() - begun;
      if (!isInHeader) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve({ news, values: performance.now() - begun }));
    });
    observer.observe(body, { subtree: true, childList: true, characterData: true });
  });
}

async function openPage(browser) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(120_000);
  return page;
}

function panelOf(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
}
