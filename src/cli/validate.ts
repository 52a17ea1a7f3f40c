/** `validate FILE…`: the problems of each file. */

import { shapeSentence } from '../app/shapeSentence';
import { parameterLayout } from '../core/network';
import type { ExitStatus, Request } from './command';
import { FileError } from './command';
import { type Input, read } from './input';
import { printJson } from './json';
import { complain, print } from './streams';

export async function validateCommand({ files, options }: Request): Promise<ExitStatus> {
  const lines: string[] = [];
  const valid: Input[] = [];
  for (const file of files) {
    const reading = await read(file, options.text('root'));
    lines.push(...reading.lines);
    if (reading.input) valid.push(reading.input);
  }
  if (valid.length < files.length) throw new FileError(lines);
  complain(lines);
  if (options.flag('json')) await printJson({ files: valid.map(document) });
  else print(valid.map(({ file, content: { network, data } }) => `${file}: valid; ${shapeSentence(network, data)}`));
  return 0;
}

function document({ file, content: { network, data, problems } }: Input): object {
  return {
    file,
    name: network.name,
    units: network.layers.map(({ units }) => units),
    parameters: parameterLayout(network.layers).count,
    samples: data?.training.count ?? 0,
    validationSamples: data?.validation?.count ?? 0,
    warnings: problems.length,
  };
}
