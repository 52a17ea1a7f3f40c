/** `export FILE`: the network in the words of another program. */

import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pageNetwork, pageOf } from '../format/export/page';
import { exportPyTorch } from '../format/export/pytorch';
import { FileError, type ExitStatus, type Request } from './command';
import { type Input, besideReader, load } from './input';
import { EXPORT_FORMATS } from './commands';
import { printJson } from './json';
import { requireUnlocked } from './lock';
import type { OutputFile } from '../disk/keep';
import { outputFile, writeOutput } from './outputFile';
import { print, printPieces } from './streams';

/** Text, and a file that it needs beside it. */
interface Exported {
  readonly text: string;
  readonly beside?: { readonly name: string; readonly bytes: Uint8Array };
}

interface Format {
  readonly extension: string;
  /** For a file called `fileName`; `alone` where it goes to standard output, and nothing can lie beside it. */
  readonly write: (input: Input, fileName: string, alone: boolean, root: string | undefined) => Promise<Exported>;
}

const FORMATS: Readonly<Record<(typeof EXPORT_FORMATS)[number], Format>> = {
  pytorch: {
    extension: '.py',
    write: ({ file, content: { network, data } }, fileName, alone) => {
      if (!data)
        throw new FileError([`${file}:1:1: error no-data: the file has no “data”, which the script trains on`]);
      const { script, data: beside } = exportPyTorch(network, data, network.theta, { fileName, alone });
      return Promise.resolve({ text: script, ...(beside && { beside }) });
    },
  },
  html: {
    extension: '.html',
    write: async ({ file, text, content: { network } }, _fileName, _alone, root) => {
      const template = readFileSync(join(__dirname, 'page.html'), 'utf8');
      const name = file === '-' ? 'network.nn.json' : basename(file);
      return { text: pageOf(template, network.name, await pageNetwork(name, text, besideReader(file, root))) };
    },
  },
};

export async function exportCommand({ files: [file = ''], options }: Request): Promise<ExitStatus> {
  const format = options.word('format', EXPORT_FORMATS) ?? 'pytorch';
  const { extension, write } = FORMATS[format];
  const output = await outputFile(options.text('output'));
  const input = await load(file, options.text('root'));
  await requireUnlocked(input, options);
  const name = file === '-' ? 'network' : basename(file).replace(/(\.nn)?\.json$/i, '');
  const fileName = output === undefined ? name + extension : basename(output);
  const { text, beside } = await write(input, fileName, output === undefined, options.text('root'));
  if (output === undefined) {
    if (options.flag('json')) await printJson({ file, format, text });
    else await printPieces([text]);
    return 0;
  }
  const files: OutputFile[] = [{ path: output, content: text }];
  // The numbers first: a script is not to be there without them.
  if (beside) files.unshift({ path: join(dirname(output), beside.name), content: beside.bytes });
  const failure = await writeOutput(files);
  if (failure) throw failure;
  const written = files.map(({ path }) => path);
  if (options.flag('json')) await printJson({ file, format, written });
  else print(written.map((path) => `${path} written`));
  return 0;
}
