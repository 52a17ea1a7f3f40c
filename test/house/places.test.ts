/** What only one place may do, so that it is done safely: print on the command line, write files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('src', name));

function filesWith(pattern: RegExp, folder: string): string[] {
  return sources.filter((name) => name.startsWith(folder) && pattern.test(readFileSync(name, 'utf8')));
}

it('prints in one file of the command line', () => {
  const pattern = /process\.std(out|err)\b|console\.\w+\(/;
  expect(filesWith(pattern, 'src/cli')).toEqual(['src/cli/streams.ts']);
});

it('writes files in one place on disk, and in one with VS Code’s own file systems', () => {
  const pattern = /\b(writeFile|writeFileSync|createWriteStream|appendFile|copyFile)\(|\bfs\.(copy|rename)\(/;
  expect(filesWith(pattern, 'src')).toEqual(['src/disk/write.ts', 'src/host/platform/files.ts']);
});
