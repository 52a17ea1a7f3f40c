// npm start -- --desktop: the desktop VS Code, with a profile and extensions of its own, so that yours stay as they are.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeCommand } from './windows.mjs';

const missing = 'VS Code’s `code` must be on the PATH for --desktop.';

/** Installs the VSIX and opens the profile's workspace and one file of it. Ends when the window is closed. */
export async function openDesktop(profile, vsix, file) {
  const userData = join(profile.data, 'data');
  const own = ['--user-data-dir', userData, '--extensions-dir', profile.extensions];
  const [status] = await once(startCode([...own, '--install-extension', vsix]), 'exit').catch((error) => {
    throw error.code === 'ENOENT' ? new Error(missing) : error;
  });
  if (status !== 0) throw new Error(`VS Code did not install the extension (${status}). ${missing}`);
  const window = ['--new-window', '--wait', profile.workspace, file];
  const child = startCode([...own, '--disable-workspace-trust', '--skip-welcome', ...window]);
  const exited = once(child, 'exit').then(() => undefined);
  const stop = async () => {
    endApplication(userData);
    child.kill();
    await exited;
  };
  return { exited, stop };
}

function startCode(args) {
  const [command, words, options] = codeCommand(args);
  return spawn(command, words, { ...options, stdio: 'inherit' });
}

/** `code` only waits for the application, which runs apart from it and leaves its process id in a file. */
function endApplication(userData) {
  try {
    process.kill(Number(readFileSync(join(userData, 'code.lock'), 'utf8')), 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error; // not started yet, or closed already
  }
}
