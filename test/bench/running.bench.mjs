// How the panel of a real VS Code keeps up with long work: how often a run's news reaches the eye, how soon Pause and Stop
// show, and how long the check of a large network takes until its verdict is there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { packageExtension, vsix } from '../setup.mjs';
import { createProfile, installVsix, prepareEmbedded, remoteUri, startServer } from '../vscode/embedded.mjs';
import { median } from './measure.mjs';

export const name = 'Long work in VS Code';

const CLICKS = 10;
/** Milliseconds for which the panel is watched. */
const WATCHED = 10_000;

/** Rows of { what, value, unit, limit }. */
export async function run() {
  await prepareEmbedded();
  await packageExtension();
  const profile = createProfile({ 'gradientInspector.inspectOnOpen': true });
  writeSpirals(profile.workspace);
  await installVsix(vsix, profile);
  const browser = await launchChromium();
  const server = await startServer(profile);
  try {
    return [...(await training(browser, server, profile)), ...(await checking(browser, server, profile))];
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** The example of the spirals, to be trained for very long in small batches. */
function writeSpirals(folder) {
  const file = JSON.parse(readFileSync(join(folder, 'two-spirals.nn.json'), 'utf8'));
  const training = { ...file.training, epochs: 200_000, batchSize: 32 };
  writeFileSync(join(folder, 'long.nn.json'), JSON.stringify({ ...file, training }, null, 2));
}

async function training(browser, server, profile) {
  const { page, panel } = await open(browser, server, join(profile.workspace, 'long.nn.json'));
  const button = (title) => panel.locator(`.controls vscode-button[aria-label="${title}"]`);
  await panel.getByRole('tab', { name: 'Predictions' }).click();
  await button('Train').click();
  await button('Pause').waitFor();
  const updates = await watch(panel);
  const pauses = [];
  for (let click = 0; click < CLICKS; click++) {
    pauses.push(await shownAfter(panel, 'Pause', 'Resume'));
    await button('Resume').click();
    await button('Pause').waitFor();
    await page.waitForTimeout(500 + 37 * click);
  }
  const stops = [];
  for (let click = 0; click < CLICKS; click++) {
    stops.push(await shownAfter(panel, 'Stop', 'Train'));
    await button('Train').click();
    await button('Stop').waitFor();
    await page.waitForTimeout(500 + 37 * click);
  }
  await page.close();
  return [
    {
      what: 'between two epochs that the panel shows, the spirals in batches of 32',
      value: median(updates),
      unit: 'ms',
      limit: 200,
    },
    { what: '… at worst', value: Math.max(...updates), unit: 'ms' },
    { what: 'Pause shown after its click', value: median(pauses), unit: 'ms', limit: 150 },
    { what: '… at worst', value: Math.max(...pauses), unit: 'ms', limit: 150 },
    { what: 'Stop shown after its click', value: median(stops), unit: 'ms', limit: 150 },
    { what: '… at worst', value: Math.max(...stops), unit: 'ms', limit: 150 },
  ];
}

async function checking(browser, server, profile) {
  const { page, panel } = await open(browser, server, join(profile.workspace, 'digits-784-128-10.nn.json'));
  await panel.getByRole('tab', { name: 'Gradient check' }).click();
  await panel.getByRole('button', { name: 'Run check' }).first().waitFor();
  const { took, still } = await panel.locator('body').evaluate(watchCheck);
  await page.close();
  return [
    { what: 'check of 784-128-10 over its 160 rows in the panel', value: took, unit: 'ms', limit: 1500 },
    { what: '… longest time without progress', value: still, unit: 'ms', limit: 1000 },
  ];
}

/** The page of a file whose panel shows its values. */
async function open(browser, server, file) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(30_000);
  await page.goto(server.url([['openFile', remoteUri(server.authority, file)]]));
  const panel = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await panel.locator('.convention strong').first().waitFor();
  return { page, panel };
}

/** Milliseconds between two changes of the epoch that the header names. */
function watch(panel) {
  return panel.locator('.convention').evaluate(
    (line, milliseconds) =>
      new Promise((resolve) => {
        const times = [performance.now()];
        const epoch = () => /epoch ([\d\s\u202f]+)/.exec(line.textContent)?.[1];
        let last = epoch();
        const observer = new MutationObserver(() => {
          if (epoch() === last) return;
          last = epoch();
          times.push(performance.now());
        });
        observer.observe(line, { subtree: true, childList: true, characterData: true });
        setTimeout(() => {
          observer.disconnect();
          times.push(performance.now());
          resolve(times.slice(1).map((time, k) => time - times[k]));
        }, milliseconds);
      }),
    WATCHED,
  );
}

/** Milliseconds from a click on one button, its wait for a busy page included, to another being drawn. */
async function shownAfter(panel, clicked, shown) {
  const took = panel.locator('body').evaluate(
    (body, [clicked, shown]) =>
      new Promise((resolve) => {
        const click = ({ target, timeStamp }) => {
          if (!target.closest?.(`.controls vscode-button[aria-label="${clicked}"]`)) return;
          body.removeEventListener('click', click, true);
          const look = () => {
            if (body.querySelector(`.controls vscode-button[aria-label="${shown}"]`))
              resolve(performance.now() - timeStamp);
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        };
        body.addEventListener('click', click, true);
      }),
    [clicked, shown],
  );
  took.catch(() => undefined);
  await panel.locator(`.controls vscode-button[aria-label="${clicked}"]`).click();
  return took;
}

/** In the page: starts the check, and returns how long it took and how long its words stood still at most. */
function watchCheck(body) {
  return new Promise((resolve) => {
    const begun = performance.now();
    let last = begun;
    let still = 0;
    const said = [];
    const observer = new MutationObserver(() => {
      const running = body.querySelector('progress');
      const words = running?.parentElement.textContent ?? '';
      if (running && words === said.at(-1)?.words) return;
      const now = performance.now();
      still = Math.max(still, now - last);
      last = now;
      said.push({ at: now - begun, words });
      if (running || said.length < 3) return;
      observer.disconnect();
      resolve({ took: now - begun, still });
    });
    observer.observe(body, { subtree: true, childList: true, characterData: true });
    body.querySelector('vscode-button[aria-label="Run check"]').click();
  });
}
