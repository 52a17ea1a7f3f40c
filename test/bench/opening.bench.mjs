// How long a person waits in a real VS Code from opening a file to its drawn panel, how long the extension host is held up in
// one piece meanwhile, and how soon after Train the first epoch is drawn.
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { packageExtension, vsix } from '../setup.mjs';
import {
  createProfile,
  exitOnSignals,
  installVsix,
  prepareEmbedded,
  remoteUri,
  startServer,
} from '../vscode/embedded.mjs';
import { manyParameters, manyRows } from './largeTexts.mjs';
import { median } from './measure.mjs';

export const name = 'Opening, and the first news of a run';

/** Windows in which a file is opened, and in which one is trained that nobody has trained: a new one each time. */
const ROUNDS = 3;
/** Milliseconds in which VS Code starts its own extensions, which would be measured, too: so many at least, and then this quiet. */
const SETTLING = 5000;
const QUIET = 2000;
const LONGEST_SETTLING = 20_000;
/** Milliseconds after which what is waited for does not come any more. */
const PATIENCE = 120_000;
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
  // VS Code loads its own support of JSON with the first of its files, which would be measured, too.
  writeFileSync(join(profile.workspace, 'plain.json'), '{}');
  writeFileSync(join(profile.workspace, 'rows.nn.json'), manyRows(10_000));
  writeFileSync(join(profile.workspace, 'parameters.nn.json'), manyParameters(4e6));
  for (const { file } of OPENED) copyFileSync(join(profile.workspace, file), join(profile.workspace, plain(file)));
  const noted = watchHost(await installVsix(vsix, profile), profile);
  exitOnSignals();
  const browser = await launchChromium();
  // What ran for a window ends with it: else each would take its share of the machine until the end.
  const server = await startServer(profile, { args: ['--reconnection-grace-time', '1'] });
  const address = (file) => server.url([['openFile', remoteUri(server.authority, join(profile.workspace, file))]]);
  try {
    const rows = [];
    for (const { what, file, limit } of OPENED) {
      const { took, piece, plainPiece } = await medians(what, () =>
        opened(browser, address('plain.json'), file, noted),
      );
      rows.push({ what: `${what}: from opening to the drawn panel`, value: took, unit: 'ms', limit });
      rows.push({ what: '… longest piece in the extension host', value: piece, unit: 'ms', limit: 30 });
      rows.push({ what: '… the same where it is no network file: VS Code’s own', value: plainPiece, unit: 'ms' });
    }
    for (const { what, file } of TRAINED) {
      const { news, values } = await medians(what, (round) => {
        const copy = `${file}-${round}.nn.json`;
        copyFileSync(join(profile.workspace, `${file}.nn.json`), join(profile.workspace, copy));
        return firstEpoch(browser, address(copy), noted);
      });
      rows.push({ what: `${what}: from Train to the first epoch drawn`, value: news, unit: 'ms', limit: 200 });
      rows.push({ what: '… with every value after it', value: values, unit: 'ms' });
    }
    return rows;
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** The medians of what `measure` gives in each round. A round that fails is told, and missing: the others count. */
async function medians(what, measure) {
  const measured = [];
  for (let round = 0; round < ROUNDS; round++) {
    try {
      measured.push(await measure(round));
      console.error(`${what}, ${round + 1} of ${ROUNDS}: ${JSON.stringify(measured.at(-1))}`);
    } catch (error) {
      console.error(`${what}, ${round + 1} of ${ROUNDS} failed: ${error.message}`);
    }
  }
  if (measured.length === 0) throw new Error(`${what} could not be measured`);
  return Object.fromEntries(Object.keys(measured[0]).map((key) => [key, median(measured.map((one) => one[key]))]));
}

/**
 * Has the extension that is installed in `folder` note every piece of work on its host's thread that takes more than some
 * milliseconds: when it began and ended, and the processor's milliseconds in it, whoever's work it is. Returns what reads them.
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
  if (all - spent > 5) appendFileSync(${JSON.stringify(log)}, JSON.stringify([last, now, all - spent]) + '\\n');
  [last, spent] = [now, busy()];
};
setInterval(tick, 2);`,
  );
  return () => readFileSync(log, 'utf8').split('\n').slice(0, -1).map(JSON.parse);
}

/** A copy of a network file that is none by its name. */
function plain(file) {
  return `plain-${file.replace('.nn.json', '.json')}`;
}

/**
 * Milliseconds from a file's choice to a panel with every value in it, and the longest piece of the host's work meanwhile; and the
 * longest where its plain copy is opened after it.
 */
async function opened(browser, address, file, pieces) {
  const page = await openPage(browser);
  const choose = async (name) => {
    const input = page.locator('.quick-input-widget input').first();
    await page.keyboard.press('Control+p');
    await input.waitFor();
    await page.keyboard.insertText(name);
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: name }).first().waitFor();
    const begun = Date.now();
    await page.keyboard.press('Enter');
    return begun;
  };
  const longestSince = async (begun) => {
    // What is still computed behind what is drawn holds the host up, too.
    await page.waitForTimeout(2000);
    const busy = pieces().filter(([from]) => from >= begun);
    return Math.max(0, ...busy.map(([, , milliseconds]) => milliseconds));
  };
  try {
    await page.goto(address);
    await page.locator('.monaco-editor .view-line').first().waitFor();
    await settled(page, pieces);
    const begun = await choose(file);
    await panelOf(page).locator('.convention strong').first().waitFor();
    const took = Date.now() - begun;
    const piece = await longestSince(begun);
    const begunPlain = await choose(plain(file));
    await page
      .locator(`.monaco-editor[data-uri$="${plain(file)}"] .view-line`)
      .first()
      .waitFor();
    return { took, piece, plainPiece: await longestSince(begunPlain) };
  } finally {
    await page.close();
  }
}

/** Milliseconds from a click on Train, in a panel that shows a file that nobody has trained, to its first epoch, and to all values after it, being drawn. */
async function firstEpoch(browser, address, pieces) {
  const page = await openPage(browser);
  try {
    await page.goto(address);
    const panel = panelOf(page);
    await panel.locator('.convention strong').first().waitFor();
    await settled(page, pieces);
    const took = panel.locator('body').evaluate(untilFirstEpoch, PATIENCE);
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
function untilFirstEpoch(body, patience) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`no epoch after ${patience} ms: ${body.innerText.slice(0, 200)}`)), patience);
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

/** Resolves when the extension host has come to rest. */
async function settled(page, pieces) {
  const begun = Date.now();
  await page.waitForTimeout(SETTLING);
  const lastOfHost = () => Math.max(begun, ...pieces().map(([, to]) => to));
  while (Date.now() - lastOfHost() < QUIET && Date.now() - begun < LONGEST_SETTLING) await page.waitForTimeout(100);
}

async function openPage(browser) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(PATIENCE);
  return page;
}

function panelOf(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
}
