// A real VS Code without a desktop: the server build that the npm package code-server ships, with the workbench in a
// browser and extensions in a Node process. `npm start`, the tests inside VS Code and look.mjs run on it.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { installFrom, installNested, root } from '../setup.mjs';
import { workbenchPath } from './windows.mjs';

// `--oldest`: the oldest VS Code that the manifest promises, instead of the newest that was tried. Each is installed among
// the dependencies, where no tool of the project looks through its 30,000 files.
const oldest = process.argv.includes('--oldest');
const manifest = join(root, 'test', 'vscode', oldest ? 'oldest' : 'host');
const host = join(root, 'node_modules', oldest ? '.oldest-vscode' : '.embedded-vscode');
const nodeMajor = oldest ? 20 : 24;
const server = join(host, 'node_modules', 'code-server', 'lib', 'vscode');
const serverMain = join(server, 'out', 'server-main.js');

/** Settings without which something that is not the inspector would be in the way. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Installs the embedded VS Code where it is missing (about 600 MB). */
export async function prepareEmbedded() {
  cpSync(manifest, host, { recursive: true });
  await installFrom(host, 'the embedded VS Code');
  await installNested(server, 'the dependencies of its server');
}

/** Makes the folder of one run: a copy of the example networks and a VS Code profile. Gone when this process ends. */
export function createProfile(settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gradient-inspector-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const profile = {
    workspace: join(folder, 'examples'),
    data: join(folder, 'server'),
    extensions: join(folder, 'extensions'),
  };
  cpSync(join(root, 'media', 'examples'), profile.workspace, { recursive: true });
  const user = join(profile.data, 'data', 'User');
  for (const path of [user, profile.extensions]) mkdirSync(path, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  return profile;
}

/** Installs a VSIX into a profile and returns the folder that it was unpacked to. */
export async function installVsix(vsix, { data, extensions }) {
  const args = ['--server-data-dir', data, '--extensions-dir', extensions, '--install-extension', vsix];
  await promisify(execFile)(serverNode(), [serverMain, ...args]);
  return unpackedIn(extensions);
}

/** The folder of the one extension that is installed among a profile's extensions. */
export function unpackedIn(extensions) {
  const unpacked = readdirSync(extensions, { withFileTypes: true }).find((entry) => entry.isDirectory());
  if (!unpacked) throw new Error(`VS Code installed nothing into ${extensions}.`);
  return join(extensions, unpacked.name);
}

/**
 * Starts the server on 127.0.0.1 and waits until it answers. `authority` is its host and port, `url(payload)` the page
 * that opens the profile's workspace, `exited` resolves when the server has ended, `stop()` ends it with every process
 * that it has started.
 */
export async function startServer(profile, { port = 0, args = [] } = {}) {
  const token = randomBytes(24).toString('hex');
  // In a file, since anyone on the machine can read a command line.
  const tokenFile = join(profile.data, 'connection-token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const child = spawn(
    serverNode(),
    [
      serverMain,
      ...['--host', '127.0.0.1', '--port', String(port), '--connection-token-file', tokenFile],
      ...['--server-data-dir', profile.data, '--extensions-dir', profile.extensions],
      ...['--accept-server-license-terms', '--disable-telemetry', '--disable-workspace-trust'],
      ...args,
    ],
    // Detached: the leader of a process group, so that its children can be ended with it. Under Windows it would be a window.
    { cwd: profile.workspace, detached: process.platform !== 'win32', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const killGroup = (signal) => {
    // Windows has no process groups: taskkill ends a process with all that it has started.
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
      return;
    }
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  const exited = once(child, 'exit').then(() => undefined);
  const killNow = () => killGroup('SIGKILL');
  process.prependListener('exit', killNow); // before the profile's folder is removed under it

  const stop = async () => {
    killGroup('SIGTERM');
    const impatient = setTimeout(killNow, 3000);
    await exited;
    clearTimeout(impatient);
    killNow();
    process.off('exit', killNow);
  };

  const actualPort = await listening(child, exited);
  const authority = `127.0.0.1:${actualPort}`;
  const url = (payload) => {
    const query = { tkn: token, folder: workbenchPath(profile.workspace), payload: JSON.stringify(payload) };
    return `http://${authority}/?${new URLSearchParams(query)}`;
  };
  return { authority, url, exited, stop };
}

/** Lets a signal end this process as `process.exit` does, which ends the servers and removes the profiles. */
export function exitOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
}

/** The address of a file of this machine for the workbench in the browser. */
export function remoteUri(authority, path) {
  return `vscode-remote://${authority}${pathToFileURL(path).pathname}`;
}

/** Resolves with the port that the server listens on, or rejects with what it printed when it ends before. */
function listening(child, exited) {
  let output = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      // Read to the end, also later: a server whose pipe is full stands still.
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-20_000);
        const port = /Web UI available at http:\/\/[^:]+:(\d+)/.exec(output)?.[1];
        if (port) resolve(port);
      });
    }
    child.on('error', reject);
    void exited.then(() => reject(new Error(`VS Code's server ended:\n${output}`)));
  });
}

/** The Node that the server wants: the one that comes with it, else this one when it is as new. */
function serverNode() {
  const [platform, program] = process.platform === 'win32' ? ['win', 'node.exe'] : [process.platform, 'node'];
  const own = join(host, 'node_modules', `node-${platform}-${process.arch}`, 'bin', program);
  if (existsSync(own)) return own;
  if (Number.parseInt(process.versions.node) >= nodeMajor) return process.execPath;
  throw new Error(`VS Code's server needs Node ${nodeMajor}; there is none for ${platform}-${process.arch}.`);
}
