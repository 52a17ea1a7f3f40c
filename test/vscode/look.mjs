// A person's view of the packaged extension: opens the embedded VS Code on a copy of media/examples in Chromium, takes
// some steps, and writes a picture of each place that they name.
//
//   node test/vscode/look.mjs --out /tmp/shots                      the 2-2-2 network as `npm start` opens it
//   node test/vscode/look.mjs --out /tmp/shots --theme dark --size 1280x800 --steps steps.mjs
//
//   --theme   light (default), dark, hc-dark, hc-light, or all
//   --size    of the window, 1600x1000 by default; --scale 2 for pictures of high density
//   --steps   a module whose default export is async (view) => { … }, see below
//   --built   takes out/gradient-inspector.vsix as it is
//
// A view has:
//   page                       Playwright's page: view.page.keyboard.press('Control+z'), …
//   theme                      the one that is on
//   shot(name, locator?)       writes OUT/name-theme.png of the window, or of one element
//   palette(command)           runs a command by its title
//   openFile(name)             opens a file of media/examples by its name and waits for its text
//   editor                     locator of the text editor; text(words) locates words in it
//   panel()                    the inspector's document, once it is there: (await panel()).getByRole('tab', …).click()
//   hover(locator)             rests the mouse there; waits for VS Code's hover, in the text editor only
//
// What the page and the inspector report as errors is printed. The run ends with 1 when a step fails, with a picture of
// how far it came (failed-theme.png).
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { installProject, packageExtension, vsix } from '../setup.mjs';
import { createProfile, exitOnSignals, installVsix, prepareEmbedded, remoteUri, startServer } from './embedded.mjs';

const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'hc-dark': 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};

/** What VS Code's page says although all is well: it looks for a gallery, for licensed modules, for native ones. */
const harmless =
  /open-vsx|vsda|ERR_|Failed to (load resource|fetch)|Service ?Worker|bad HTTP|bindings file|watchdog|'github'|lifecycle/;

const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    theme: { type: 'string', default: 'light' },
    size: { type: 'string', default: '1600x1000' },
    scale: { type: 'string', default: '1' },
    steps: { type: 'string' },
    built: { type: 'boolean' },
  },
});
if (!options.out) throw new Error('--out FOLDER is missing.');
const chosen = options.theme === 'all' ? Object.keys(themes) : [options.theme];
const [width, height] = options.size.split('x').map(Number);

exitOnSignals();
await installProject();
await prepareEmbedded();
if (!options.built) await packageExtension();
mkdirSync(options.out, { recursive: true });
const { launchChromium } = await import('../chromium.mjs');
const steps = options.steps ? (await import(pathToFileURL(resolve(options.steps)))).default : lookAtExample;
const browser = await launchChromium();
for (const theme of chosen) await look(theme);
await browser.close();

/** The steps when none are given. */
async function lookAtExample({ panel, shot }) {
  await panel();
  await shot('inspector');
}

async function look(theme) {
  const profile = createProfile({
    'gradientInspector.inspectOnOpen': true,
    'window.autoDetectColorScheme': false,
    'workbench.colorTheme': themes[theme],
  });
  await installVsix(vsix, profile);
  const server = await startServer(profile);
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: Number(options.scale) });
  page.on('pageerror', (error) => console.log(`${theme}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !harmless.test(message.text()))
      console.log(`${theme}: ${message.text().split('\n', 3).join('\n')}`);
  });
  const view = createView(page, theme);
  try {
    const example = join(profile.workspace, 'multiple-units-2-2-2.nn.json');
    await page.goto(server.url([['openFile', remoteUri(server.authority, example)]]));
    await view.editor.locator('.view-line').first().waitFor();
    await steps(view);
  } catch (error) {
    await view.shot('failed');
    console.error(error);
    process.exitCode = 1;
  } finally {
    page.removeAllListeners('console'); // on its way out VS Code complains of all that it was about to do
    await page.close();
    await server.stop();
  }
}

function createView(page, theme) {
  const editor = page.locator('.editor-instance .monaco-editor').first();
  const quickInput = page.locator('.quick-input-widget');

  const pick = async (key, words) => {
    await page.keyboard.press(key);
    await quickInput.locator('input').first().waitFor();
    await page.keyboard.insertText(words);
    await quickInput.locator('.monaco-list-row', { hasText: words }).first().click();
    await quickInput.waitFor({ state: 'hidden' });
  };

  return {
    page,
    theme,
    editor,
    text: (words) => editor.locator('.view-line span > span', { hasText: words }).first(),
    shot: async (name, locator = page) => {
      const path = join(options.out, `${name}-${theme}.png`);
      await locator.screenshot({ path });
      console.log(path);
    },
    palette: (command) => pick('F1', command),
    openFile: async (name) => {
      await pick('Control+p', name);
      await page.locator('.tab.active', { hasText: name }).first().waitFor();
    },
    panel: async () => {
      const document = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
      await document.locator('body > *').first().waitFor();
      return document;
    },
    hover: async (locator) => {
      const hover = page.locator('.monaco-hover:visible').first();
      // One that was asked for before the extension was ready stays empty: rest there again.
      for (let attempt = 0; attempt < 10 && !(await hover.isVisible()); attempt++) {
        await page.mouse.move(0, 0);
        await locator.hover();
        await hover.waitFor({ timeout: 2000 }).catch(() => undefined);
      }
      await hover.waitFor({ timeout: 1000 });
    },
  };
}
