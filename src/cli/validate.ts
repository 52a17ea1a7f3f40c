/** `validate FILE…`: the problems of each file. */

import { parameterLayout } from '../core/network';
import type { Command } from './command';
import { FileError } from './command';
import { type Input, read } from './input';
import { printJson } from './json';
import { complain, print } from './streams';

export const validate: Command = {
  usage: 'validate FILE…',
  summary: 'the problems of each file; exit status 2 if any is an error',
  options: {},
  files: 'many',
  async run({ files, options }) {
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
    else print(valid.map(sentence));
    return 0;
  },
};

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

/** `toy.nn.json: valid; 2-2-2, 8 parameters, 1 sample` */
function sentence({ file, content: { network, data } }: Input): string {
  const shape = network.layers.map(({ units }) => String(units)).join('-');
  const { count } = parameterLayout(network.layers);
  const held = data?.validation ? ` and ${String(data.validation.count)} held out` : '';
  const samples = data ? `${counted(data.training.count, 'sample')}${held}` : 'no data';
  return `${file}: valid; ${shape}, ${counted(count, 'parameter')}, ${samples}`;
}

function counted(n: number, noun: string): string {
  return `${String(n)} ${noun}${n === 1 ? '' : 's'}`;
}
