// What every command does first: install what is missing, build, package. Runs before any dependency is there, so it
// imports nothing but Node.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '..');
export const vsix = join(root, 'out', 'gradient-inspector.vsix');

// Without install scripts: none is needed, some compile or download, and npm 11 does not run them by itself.
const npmFlags = [
  '--ignore-scripts',
  '--include=dev',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/** Installs the project's dependencies, unless node_modules holds what package-lock.json asks for. */
export async function installProject() {
  await installFrom(root, 'the dependencies');
}

/** Runs `npm ci` in a folder whose node_modules is absent or not what its lock file asks for. */
export async function installFrom(folder, what) {
  if (isInstalled(folder)) return;
  console.log(`Installing ${what} …`);
  await run('npm', ['ci', '--include=dev', ...npmFlags], { cwd: folder, quiet: true });
}

/**
 * Installs what a published package carries as a package.json of its own. Its lock file was made for other versions of
 * npm, hence `install` and not `ci`.
 */
export async function installNested(folder, what) {
  if (readLock(join(folder, 'node_modules', '.package-lock.json'))) return;
  console.log(`Installing ${what} …`);
  await run('npm', ['install', '--omit=dev', ...npmFlags], { cwd: folder, quiet: true });
}

/** What the extension and the suite for VS Code's tests are built of, and what is built: none of it is newer than the package. */
const packagedFiles = [
  ...['src', 'webview', 'media', 'test/vscode/suite', 'package.json', 'package-lock.json', 'esbuild.mjs'],
  ...['.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist', 'out/vscode-suite'],
];

/**
 * Builds and packages the extension into out/gradient-inspector.vsix, which is what is installed and tested, unless that
 * was made from these same files.
 */
export async function packageExtension() {
  const made = existsSync(vsix) ? changed(vsix) : 0;
  if (packagedFiles.every((path) => newest(join(root, path)) < made)) return;
  await run('npm', ['run', '--silent', 'package'], { quiet: true });
}

/** When this file, or any file or folder in this folder, was last changed; what is missing has to be made. */
function newest(path) {
  const times = [changed(path)];
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    for (const name of readdirSync(path)) times.push(newest(join(path, name)));
  return Math.max(...times);
}

function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
}

/**
 * Runs a program to its end with this terminal's output (its errors alone when `quiet`) and no input; rejects when it
 * fails. The program is `node`, `npm`, or one that a dependency brings, by its name.
 */
export async function run(command, args, options) {
  const code = await exitCode(command, args, options);
  if (code !== 0)
    throw new Error(`${[command, ...args.filter((arg) => !arg.startsWith('--'))].join(' ')} failed (${code}).`);
}

/**
 * As `run`, but resolves with the exit code, or with the name of the signal that ended the program. `say` takes its output in
 * the terminal's place.
 */
export function exitCode(command, args, { cwd = root, quiet = false, say } = {}) {
  const child = spawn(process.execPath, [...scriptOf(command), ...args], {
    cwd,
    stdio: ['ignore', say ? 'pipe' : quiet ? 'ignore' : 'inherit', say ? 'pipe' : 'inherit'],
    env: say && process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env,
  });
  if (say) for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', say);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
}

/**
 * The arguments with which Node runs a program: `node` itself, `npm`, or a program of one of the dependencies. Their
 * scripts are started directly, because what stands on the PATH under Windows is a `.cmd`, which only a shell can start.
 */
function scriptOf(command) {
  if (command === 'node') return [];
  if (command === 'npm') return [npmScript()];
  const installed = readLock(join(root, 'node_modules', '.package-lock.json')) ?? {};
  for (const [folder, { bin }] of Object.entries(installed)) {
    if (bin && Object.hasOwn(bin, command)) return [join(root, folder, bin[command])];
  }
  throw new Error(`No dependency has a program named ${command}.`);
}

/** npm's own script: the npm that started this process, else the one that came with this Node. */
function npmScript() {
  const { npm_execpath: running } = process.env;
  if (running?.endsWith('npm-cli.js')) return running;
  const bin = dirname(process.execPath);
  const folders = [join(bin, 'node_modules'), join(bin, '..', 'lib', 'node_modules'), '/usr/share/nodejs'];
  const script = folders.map((folder) => join(folder, 'npm', 'bin', 'npm-cli.js')).find((path) => existsSync(path));
  if (!script) throw new Error('npm was not found beside Node. Run this command by npm.');
  return script;
}

/** Whether every package of the lock file that this platform needs is in node_modules in the same version. */
function isInstalled(folder) {
  const wanted = readLock(join(folder, 'package-lock.json'));
  const installed = readLock(join(folder, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
