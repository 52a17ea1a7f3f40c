/** Copies of the core with one bug planted in the text of a file. */

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';

const folder = fileURLToPath(new URL('../../src/core/', import.meta.url));

/** The module `entry` of a core in whose `file` the text `right`, which must stand there once, is replaced by `wrong`. */
export async function mutant<Module>(entry: string, file: string, right: string, wrong: string): Promise<Module> {
  const text = await readFile(folder + file, 'utf8');
  if (text.split(right).length !== 2) throw new Error(`${file} does not hold exactly one ${right}`);
  const bundle = await build({
    entryPoints: [folder + entry],
    bundle: true,
    format: 'esm',
    write: false,
    plugins: [
      {
        name: 'plant',
        setup: (plugin) => {
          plugin.onLoad({ filter: new RegExp(`[/\\\\]core[/\\\\]${file}$`) }, () => ({
            contents: text.replace(right, wrong),
            loader: 'ts',
          }));
        },
      },
    ],
  });
  const code = bundle.outputFiles[0]?.text ?? '';
  return (await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)) as Module;
}
