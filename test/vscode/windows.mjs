// What is otherwise under Windows when a VS Code is started.

/**
 * How to start `code` with these arguments. Under Windows it is a `.cmd`, which only a shell can start, and the shell wants
 * quotes around what may have spaces.
 */
export function codeCommand(args, platform = process.platform) {
  if (platform !== 'win32') return ['code', args, {}];
  return ['code', args.map((arg) => `"${arg}"`), { shell: true }];
}

/** A folder of this machine as the workbench's address names it: with slashes alone, from `/c:/` under Windows. */
export function workbenchPath(path, platform = process.platform) {
  return platform === 'win32' ? `/${path.replaceAll('\\', '/')}` : path;
}
