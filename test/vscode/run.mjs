// Runs the suite of test/vscode/suite in the embedded VS Code, on the extension as it was packaged, and ends with 1
// unless VS Code says that it passed. The extension runs in the extension host in Node, or with `web` in that in the browser.
// The counts are left where report.mjs finds them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { vsix } from '../setup.mjs';
import { createProfile, exitOnSignals, installVsix, prepareEmbedded, remoteUri, startServer } from './embedded.mjs';
import { clearReport, printReport, readCounts, suitePaths } from './report.mjs';

const host = process.argv[2] ?? 'node';
const limitMinutes = 20;

exitOnSignals();
clearReport(host);
await prepareEmbedded();
const profile = createProfile();
// Installed only to unpack it: VS Code runs tests for an extension under development.
const unpacked = await installVsix(vsix, profile);
if (host === 'web') leaveToBrowser(unpacked);
const server = await startServer(profile, { args: ['--enable-smoke-test-driver'] });
const browser = await launchChromium();
const log = [];
const verdict = await runSuite();
await browser.close();
await server.stop();

const done = printReport(host);
const { failed } = readCounts(host);
if (!done || (verdict !== 0 && failed === 0)) {
  console.log(`VS Code's verdict: ${verdict}. The last it said:\n${log.slice(-60).join('\n')}`);
}
process.exitCode = verdict === 0 && failed === 0 ? 0 : 1;

/** Opens the page and resolves with VS Code's exit code, or with why there is none. */
async function runSuite() {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.on('pageerror', (error) => log.push(`page: ${error.message}`));
  await page.exposeFunction('codeAutomationLog', (type, values) => {
    log.push(`${type}: ${values.join(' ').split('\n', 1)}`);
  });
  const ended = new Promise((resolve) => {
    void page.exposeFunction('codeAutomationExit', resolve);
    page.on('crash', () => resolve('the page crashed'));
    void server.exited.then(() => resolve('the server ended'));
    setTimeout(() => resolve(`none after ${limitMinutes} minutes`), limitMinutes * 60_000).unref();
  });
  await page.goto(
    server.url([
      ['extensionDevelopmentPath', remoteUri(server.authority, unpacked)],
      ['extensionTestsPath', remoteUri(server.authority, suitePaths[host])],
      ['skipWelcome', 'true'],
    ]),
  );
  return ended;
}

/** A manifest with a program for the browser alone runs there, whatever hosts there are. */
function leaveToBrowser(extension) {
  const path = join(extension, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  delete manifest.main;
  writeFileSync(path, JSON.stringify(manifest));
}
