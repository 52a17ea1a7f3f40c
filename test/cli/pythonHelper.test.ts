import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { buildCli } from './cli';

it('python-helper prints the module as it is shipped, for one to put beside one’s program', async () => {
  const cli = buildCli();
  try {
    const shipped = fileURLToPath(new URL('../../media/python/gradient_inspector.py', import.meta.url));
    for (const name of ['dist', 'media/python']) mkdirSync(join(cli.folder, name), { recursive: true });
    cpSync(cli.bundle, join(cli.folder, 'dist', 'cli.js'));
    cpSync(shipped, join(cli.folder, 'media/python/gradient_inspector.py'));
    const printed = execFileSync(process.execPath, ['dist/cli.js', 'python-helper'], { cwd: cli.folder });
    expect(printed.equals(readFileSync(shipped))).toBe(true);
  } finally {
    await cli.dispose();
  }
});
