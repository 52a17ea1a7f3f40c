// What every command does first: install what is missing, build, package. Runs before any dependency is there, so it
// imports nothing but Node.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

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

/** Builds and packages the extension into out/gradient-inspector.vsix, which is what is installed and tested. */
export async function packageExtension() {
  await run('npm', ['run', '--silent', 'package']);
}

/**
 * Runs a program to its end with this terminal's output (its errors alone when `quiet`) and no input; rejects when it
 * fails. Programs of the project's dependencies are found by name.
 */
export async function run(command, args, options) {
  const code = await exitCode(command, args, options);
  if (code !== 0)
    throw new Error(`${[command, ...args.filter((arg) => !arg.startsWith('--'))].join(' ')} failed (${code}).`);
}

/** As `run`, but resolves with the exit code, or with the name of the signal that ended the program. */
export function exitCode(command, args, { cwd = root, quiet = false } = {}) {
  const PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PATH },
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
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
