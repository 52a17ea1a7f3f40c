/** `npm start` as a person uses it: the URL that it prints opens VS Code, and Ctrl-C leaves nothing behind. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { started } from './started';

it('serves the examples to whoever has the token, until Ctrl-C', { timeout: 120_000 }, async () => {
  const { url, interrupt } = await started();
  try {
    const folder = dirname(url.searchParams.get('folder') ?? '');
    expect(url.hostname).toBe('127.0.0.1');
    expect(existsSync(`${folder}/examples/multiple-units-2-2-2.nn.json`)).toBe(true);
    expect(processesNaming(folder)).not.toEqual([]);

    const page = await fetch(url, { redirect: 'manual' });
    expect(page.status).toBe(302); // the token becomes a cookie
    const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await fetch(url.origin, { headers: { cookie } })).status).toBe(200);
    expect((await fetch(url.origin)).status).toBe(403);

    await interrupt();
    expect(processesNaming(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
  } finally {
    await interrupt();
  }
});

/** The command lines of the running processes that name this folder. */
function processesNaming(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // ended meanwhile
      }
    })
    .filter((line) => line.includes(folder));
}
