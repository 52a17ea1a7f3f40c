// npm run test:electron: the suite of test/vscode/suite in the desktop VS Code, which is downloaded.
//   npm run test:electron              the newest
//   npm run test:electron -- 1.100.0   that version, as the oldest that package.json's `engines` allows
import { join } from 'node:path';
import { installProject, packageExtension, vsix } from '../setup.mjs';
import { createProfile, unpackedIn } from './embedded.mjs';
import { clearReport, printReport, readCounts, suitePath } from './report.mjs';

const version = process.argv[2] ?? 'stable';

await installProject();
await packageExtension();
const { downloadAndUnzipVSCode, runTests, runVSCodeCommand } = await import('@vscode/test-electron');

const profile = createProfile();
const own = ['--user-data-dir', join(profile.data, 'data'), '--extensions-dir', profile.extensions];
const vscodeExecutablePath = await downloadAndUnzipVSCode(version);
await runVSCodeCommand([...own, '--install-extension', vsix], { version });

clearReport();
const verdict = await runTests({
  vscodeExecutablePath,
  extensionDevelopmentPath: unpackedIn(profile.extensions),
  extensionTestsPath: suitePath,
  launchArgs: [profile.workspace, ...own, '--disable-workspace-trust', '--skip-welcome'],
}).catch((error) => {
  console.error(error.message);
  return 1;
});
printReport();
process.exitCode = verdict === 0 && readCounts().failed === 0 ? 0 : 1;
