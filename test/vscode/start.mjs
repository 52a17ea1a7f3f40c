// npm start: the packaged extension in a VS Code of its own, opened on a copy of the example networks.
//   npm start                in the browser, from an embedded VS Code on 127.0.0.1
//   npm start -- --port N    on that port
//   npm start -- --desktop   in the desktop VS Code whose `code` is on the PATH
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installProject, packageExtension, vsix } from '../setup.mjs';
import { openDesktop } from './desktop.mjs';
import { createProfile, installVsix, prepareEmbedded, remoteUri, startServer } from './embedded.mjs';

const { values: options } = parseArgs({ options: { desktop: { type: 'boolean' }, port: { type: 'string' } } });

const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
});

await installProject();
await packageExtension();
if (!options.desktop) await prepareEmbedded();

const profile = createProfile({ 'gradientInspector.inspectOnOpen': true });
const example = join(profile.workspace, 'multiple-units-2-2-2.nn.json');
const session = await (options.desktop ? openDesktop(profile, vsix, example) : openInBrowser());
await Promise.race([session.exited, interrupted]);
await session.stop();

async function openInBrowser() {
  await installVsix(vsix, profile);
  const server = await startServer(profile, { port: options.port });
  const payload = [['openFile', remoteUri(server.authority, example)]];
  console.log(`\nGradient Inspector is at\n\n  ${server.url(payload)}\n\nCtrl-C ends it.`);
  return server;
}
