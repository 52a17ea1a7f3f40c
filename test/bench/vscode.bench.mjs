// What a person waits for in the real VS Code: activation, the panel, a frame while the graph is dragged.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { packageExtension, vsix } from '../setup.mjs';
import { createProfile, installVsix, prepareEmbedded, remoteUri, startServer } from '../vscode/embedded.mjs';

export const name = 'In VS Code';

const ROUNDS = 5;
const FRAMES = 120;
/** Milliseconds after which VS Code has started its own extensions, which would be measured, too. */
const SETTLING = 8000;

/** Rows of { what, value, unit, limit }, medians. */
export async function run() {
  await prepareEmbedded();
  await packageExtension();
  const browser = await launchChromium();
  try {
    const activations = { own: [], shown: [] };
    const panels = { graph: [], values: [], largeGraph: [], largeValues: [] };
    const frames = { small: [], large: [] };
    for (let round = 0; round < ROUNDS; round++) {
      await inVsCode(browser, async (view) => {
        const small = await view.openPanel('xor.nn.json');
        if (round === 0) frames.small.push(...(await view.drag()));
        await view.closeEditors();
        const large = await view.openPanel('digits-784-128-10.nn.json');
        if (round === 0) frames.large.push(...(await view.drag()));
        panels.graph.push(small.graph);
        panels.values.push(small.values);
        panels.largeGraph.push(large.graph);
        panels.largeValues.push(large.values);
        activations.own.push(view.ownActivation());
        activations.shown.push(await view.shownActivation());
      });
    }
    return [
      { what: 'activation: loading the bundle and activate()', value: median(activations.own), unit: 'ms', limit: 50 },
      { what: 'the same as VS Code shows it, its own waits included', value: median(activations.shown), unit: 'ms' },
      { what: 'panel visible, XOR', value: median(panels.graph), unit: 'ms', limit: 1000 },
      { what: '… with every value in it', value: median(panels.values), unit: 'ms' },
      { what: 'panel visible, 784-128-10', value: median(panels.largeGraph), unit: 'ms', limit: 1000 },
      { what: '… with every value in it', value: median(panels.largeValues), unit: 'ms' },
      { what: 'a frame while dragging, XOR', value: median(frames.small), unit: 'ms', limit: 16 },
      { what: 'a frame while dragging, 784-128-10', value: median(frames.large), unit: 'ms', limit: 16 },
    ];
  } finally {
    await browser.close();
  }
}

/** Runs `steps` in a fresh VS Code that has the packaged extension and nothing open but a folder. */
async function inVsCode(browser, steps) {
  const profile = createProfile();
  const times = timeActivation(await installVsix(vsix, profile), profile);
  const server = await startServer(profile);
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  try {
    await page.goto(
      server.url([['openFile', remoteUri(server.authority, join(profile.workspace, 'toy-1-1-1.nn.json'))]]),
    );
    await page.locator('.monaco-editor .view-line').first().waitFor();
    await page.waitForTimeout(SETTLING);
    await steps(createView(page, times));
  } finally {
    await page.close();
    await server.stop();
  }
}

/** Puts a stopwatch around the extension that is installed in `folder`, and returns what reads it, in milliseconds. */
function timeActivation(folder, profile) {
  const [main, inner] = ['extension.js', 'measured.js'].map((file) => join(folder, 'dist', file));
  const file = join(profile.data, 'activation');
  renameSync(main, inner);
  writeFileSync(
    main,
    `const start = performance.now();
const inner = require(${JSON.stringify(inner)});
const loaded = performance.now() - start;
exports.activate = (context) => {
  const begun = performance.now();
  inner.activate(context);
  require('fs').writeFileSync(${JSON.stringify(file)}, String(loaded + performance.now() - begun));
};`,
  );
  return () => Number(readFileSync(file, 'utf8'));
}

function createView(page, ownActivation) {
  const input = page.locator('.quick-input-widget input').first();
  const panel = () => page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');

  const choose = async (key, words) => {
    await page.keyboard.press(key);
    await input.waitFor();
    await page.keyboard.insertText(words);
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: words }).first().waitFor();
    const chosen = performance.now();
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    return chosen;
  };

  return {
    ownActivation,
    /** Milliseconds from “Inspect network” being chosen to a panel that shows the network, and to one that shows J. */
    openPanel: async (file) => {
      await choose('Control+p', file);
      await page.locator('.tab.active', { hasText: file }).first().waitFor();
      await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
      const start = await choose('F1', 'Inspect network');
      await panel().locator('.graph').first().waitFor();
      const graph = performance.now() - start;
      await panel().locator('.convention strong').first().waitFor();
      return { graph, values: performance.now() - start };
    },
    /** Milliseconds of each frame while the graph is dragged with the mouse. */
    drag: async () => {
      const graph = panel().locator('.graph').first();
      const box = await graph.boundingBox();
      const measured = graph.evaluate(
        (_, count) =>
          new Promise((resolve) => {
            const times = [];
            let last = performance.now();
            const tick = (now) => {
              times.push(now - last);
              last = now;
              if (times.length < count) requestAnimationFrame(tick);
              else resolve(times.slice(1));
            };
            requestAnimationFrame(tick);
          }),
        FRAMES,
      );
      await page.mouse.move(box.x + box.width - 60, box.y + 12);
      await page.mouse.down();
      let done = false;
      void measured.finally(() => (done = true));
      for (let step = 0; !done; step++) {
        await page.mouse.move(box.x + box.width - 60 - 80 * Math.sin(step / 10), box.y + 12 + 30 * Math.cos(step / 10));
      }
      await page.mouse.up();
      return measured;
    },
    closeEditors: async () => {
      await choose('F1', 'View: Close All Editors');
      await page.locator('iframe.webview').first().waitFor({ state: 'detached' });
    },
    /** What VS Code itself says of the extension's activation. */
    shownActivation: async () => {
      await choose('F1', 'Developer: Show Running Extensions');
      const row = page.locator('.extension', { hasText: 'Gradient Inspector' }).first();
      const text = await row.locator('.activation-time').textContent();
      return Number(/([\d.]+)\s*ms/.exec(text)?.[1]);
    },
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
