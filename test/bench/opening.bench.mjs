// How long a person waits in a real VS Code from opening a file to its drawn panel, how long the extension host is held up in
// one piece meanwhile, and how soon after Train the first epoch is drawn.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
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
/** Clicks on Train, each in a panel that shows the file's own weights. */
const CLICKS = 5;

const OPENED = [
  { what: '10,000 rows in the text', file: 'rows.nn.json', limit: 1500 },
  { what: '784-128-10', file: 'digits-784-128-10.nn.json', limit: 1200 },
  { what: '4·10⁶ parameters in the text', file: 'parameters.nn.json', limit: 4000 },
];
const TRAINED = [
  { what: 'XOR', file: 'xor.nn.json' },
  { what: 'the spirals', file: 'two-spirals.nn.json' },
  { what: '784-128-10', file: 'digits-784-128-10.nn.json' },
];

/** Rows of { what, value, unit, limit }. */
export async function run() {
  await prepareEmbedded();
  await packageExtension();
  const profile = createProfile({ 'gradientInspector.inspectOnOpen': true });
  writeFileSync(join(profile.workspace, 'rows.nn.json'), manyRows(10_000));
  writeFileSync(join(profile.workspace, 'parameters.nn.json'), manyParameters(4e6));
  const ticks = watchHost(await installVsix(vsix, profile), profile);
  const browser = await launchChromium();
  const server = await startServer(profile);
  const address = (file) => server.url([['openFile', remoteUri(server.authority, join(profile.workspace, file))]]);
  try {
    const rows = [];
    for (const { what, file, limit } of OPENED) {
      const [times, pieces] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        const { took, piece } = await opened(browser, address('toy-1-1-1.nn.json'), file, ticks);
        times.push(took);
        pieces.push(piece);
      }
      rows.push({ what: `${what}: from opening to the drawn panel`, value: median(times), unit: 'ms', limit });
      rows.push({ what: '… longest piece in the extension host', value: median(pieces), unit: 'ms', limit: 30 });
    }
    for (const { what, file } of TRAINED) {
      const value = median(await firstEpochs(browser, address(file)));
      rows.push({ what: `${what}: from Train to the first epoch drawn`, value, unit: 'ms', limit: 200 });
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
async function opened(browser, address, file, ticks) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(60_000);
  try {
    await page.goto(address);
    await page
      .frameLocator('iframe.webview.ready')
      .frameLocator('#active-frame')
      .locator('.convention strong')
      .waitFor();
    await page.waitForTimeout(SETTLING);
    const input = page.locator('.quick-input-widget input').first();
    await page.keyboard.press('Control+p');
    await input.waitFor();
    await page.keyboard.insertText(file);
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: file }).first().waitFor();
    const begun = Date.now();
    await page.keyboard.press('Enter');
    const title = page.locator('.tab', { hasText: file }).nth(1);
    await title.waitFor();
    const frames = page.locator('iframe.webview.ready');
    await frames.nth(1).waitFor();
    await page
      .frameLocator('iframe.webview.ready >> nth=1')
      .frameLocator('#active-frame')
      .locator('.convention strong')
      .waitFor();
    const took = Date.now() - begun;
    // What is still computed behind the drawn panel holds the host up, too.
    await page.waitForTimeout(2000);
    const pieces = ticks().filter(([from]) => from >= begun);
    return { took, piece: Math.max(0, ...pieces.map(([, , busy]) => busy)) };
  } finally {
    await page.close();
  }
}

/** Milliseconds from each click on Train to the first epoch being drawn. */
async function firstEpochs(browser, address) {
  const times = [];
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(60_000);
  try {
    for (let click = 0; click < CLICKS; click++) {
      await page.goto(address);
      const panel = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
      await panel.locator('.convention strong').first().waitFor();
      await page.waitForTimeout(SETTLING);
      times.push(await firstEpoch(panel));
      await panel
        .locator('.controls vscode-button[aria-label="Stop"]')
        .click({ timeout: 1000 })
        .catch(() => undefined);
      await panel.locator('.controls vscode-button[aria-label="Train"]').waitFor();
      await panel.locator('.controls vscode-button[aria-label^="Reset"]').first().click();
      await page.waitForTimeout(500);
    }
  } finally {
    await page.close();
  }
  return times;
}

async function firstEpoch(panel) {
  const took = panel.locator('body').evaluate(
    (body) =>
      new Promise((resolve) => {
        const line = body.querySelector('.convention');
        const epoch = () => Number(/epoch ([\d\s\u202f]+)/.exec(line.textContent)?.[1].replace(/\D/g, '') ?? 0);
        let begun;
        body.addEventListener(
          'click',
          ({ target, timeStamp }) => {
            if (target.closest?.('.controls vscode-button[aria-label="Train"]')) begun = timeStamp;
          },
          true,
        );
        new MutationObserver((_, observer) => {
          if (begun === undefined || !(epoch() > 0)) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - begun));
        }).observe(body, { subtree: true, childList: true, characterData: true });
      }),
  );
  took.catch(() => undefined);
  await panel.locator('.controls vscode-button[aria-label="Train"]').click();
  return took;
}
