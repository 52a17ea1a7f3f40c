/** What is otherwise under Windows, tried wherever the tests run. */

import { win32 } from 'node:path';
import { expect, test } from 'vitest';
import { isInside } from '../src/host/platform/inside';
import { codeCommand, workbenchPath } from './vscode/windows.mjs';

test('`code` is started by a shell, with spaces in quotes', () => {
  const args = ['--user-data-dir', 'C:\\Users\\Ada L\\data'];
  expect(codeCommand(args, 'win32')).toEqual([
    'code',
    ['"--user-data-dir"', '"C:\\Users\\Ada L\\data"'],
    { shell: true },
  ]);
  expect(codeCommand(args, 'linux')).toEqual(['code', args, {}]);
});

test('the workbench is told a folder with slashes', () => {
  expect(workbenchPath(win32.join('C:\\Users', 'Ada L', 'examples'), 'win32')).toBe('/C:/Users/Ada L/examples');
  expect(workbenchPath('/home/ada/examples', 'linux')).toBe('/home/ada/examples');
});

test.each([
  ['/c:/work', '/c:/work/a.csv', true],
  ['/c:/work', '/C:/work/a.csv', true],
  ['/C:/', '/c:/a.csv', true],
  ['/c:/work', '/d:/work/a.csv', false],
  ['/c:/work', '/c:/works/a.csv', false],
  ['/work', '/work/../a.csv', false],
])('in %s is %s: %s', (root, path, inside) => {
  const uri = (at: string) => ({ scheme: 'file', authority: '', path: at });
  expect(isInside(uri(root), uri(path))).toBe(inside);
  expect(isInside(uri(root), { ...uri(path), scheme: 'git' })).toBe(false);
  expect(isInside(uri(root), { ...uri(path), authority: 'server' })).toBe(false);
});
