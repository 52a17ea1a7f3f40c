// Runs the suite of test/vscode/suite in the embedded VS Code, on the extension as it was packaged, and ends with 1
// unless VS Code says that it passed. The counts are left in out/vscode-report.json.
import { launchChromium } from '../chromium.mjs';
import { vsix } from '../setup.mjs';
import { createProfile, exitOnSignals, installVsix, prepareEmbedded, remoteUri, startServer } from './embedded.mjs';
import { clearReport, printReport, readCounts, suitePath } from './report.mjs';

const limitMinutes = 10;

exitOnSignals();
clearReport();
await prepareEmbedded();
const profile = createProfile();
// Installed only to unpack it: VS Code runs tests for an extension under development.
const unpacked = await installVsix(vsix, profile);
const server = await startServer(profile, { args: ['--enable-smoke-test-driver'] });
const browser = await launchChromium();
const log = [];
const verdict = await runSuite();
await browser.close();
await server.stop();

const done = printReport();
const { failed } = readCounts();
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
      ['extensionTestsPath', remoteUri(server.authority, suitePath)],
      ['skipWelcome', 'true'],
    ]),
  );
  return ended;
}
