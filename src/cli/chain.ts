/** `chain FILE --parameter l,i,j`: the derivative chain of one parameter. */

import { requireSample } from '../core/backprop';
import { type Chain, chain as derive, chainShape } from '../core/chain';
import { type Network, type ParameterId, objectiveOf, parameterIndex, parameterLayout } from '../core/network';
import type { Lock } from '../app/sheet';
import { factorSymbol, parameterName } from '../core/notation';
import { chainLatex, chainMarkdown, chainText } from '../core/chain/render';
import { UsageError, type ExitStatus, type Request } from './command';
import { type Input, load, trainingSamples } from './input';
import { printJson } from './json';
import { lockFor, lockedWords } from './lock';
import { hintLines } from './locked';
import { inRange, readParameter } from './parameter';
import { print, printText } from './streams';

const FORMATS = ['text', 'latex', 'markdown', 'json'] as const;
const WRITERS = { text: chainText, latex: chainLatex, markdown: chainMarkdown };

export async function chainCommand({ files: [file = ''], options }: Request): Promise<ExitStatus> {
  const sample = options.integer('sample', 1);
  const paths = options.integer('paths', 1) ?? 10;
  const format = options.flag('json') ? 'json' : (options.word('format', FORMATS) ?? 'text');
  const digits = options.integer('digits', 3, 17) ?? 6;
  const wanted = options.text('parameter');
  if (wanted === undefined) throw new UsageError('--parameter l,i,j is missing');

  const input = await load(file, options.text('root'));
  const { network, data } = input.content;
  const parameter = readParameter(network, wanted);
  const lock = await lockFor(input, options);
  if (format !== 'json' && (!data || lock.hidden.backward)) {
    const shape = chainShape(network, parameter, paths);
    printText(WRITERS[format](network, shape, { digits, samples: data?.training.count ?? 0 }));
    if (lock.hidden.backward && format === 'text') print(['', lockedWords(lock.answers), ...hintLines(input)]);
    return 0;
  }
  const samples = trainingSamples(input);
  if (sample !== undefined) inRange(() => requireSample(samples, sample), sample);
  if (lock.hidden.backward) {
    await printJson(lockedChain(input, lock, parameter, paths));
    return 0;
  }
  const result = derive(objectiveOf(network, samples), parameter, { sample, paths });
  if (format === 'json') await printJson(document(network, result));
  else printText(WRITERS[format](network, result, { digits, samples: samples.count, sample }));
  return 0;
}

function document(
  network: Network,
  { parameter, value, gradient, penalty, pathCount, paths, remainder }: Chain,
): object {
  return {
    parameter: { ...parameter, name: parameterName(network, parameter), value },
    gradient,
    penalty,
    pathCount: String(pathCount),
    paths: paths.map(({ sample, weight, nodes, factors, product, contribution }) => ({
      sample,
      ...(weight !== undefined && { weight }),
      nodes,
      factors: factors.map((factor) => ({
        kind: factor.kind,
        symbol: factorSymbol(factor, network),
        value: factor.value,
      })),
      product,
      contribution,
    })),
    remainder,
  };
}

/** The chain of a locked sheet: its shape and symbols, no value but θ's own. */
function lockedChain(input: Input, lock: Lock, parameter: ParameterId, most: number): object {
  const { network } = input.content;
  const { pathCount, paths } = chainShape(network, parameter, most);
  const value = network.theta[parameterIndex(parameterLayout(network.layers), parameter)];
  return {
    parameter: { ...parameter, name: parameterName(network, parameter), value },
    gradient: null,
    locked: lockedWords(lock.answers),
    hints: hintLines(input),
    pathCount: String(pathCount),
    paths: paths.map(({ nodes, factors }) => ({
      nodes,
      factors: factors.map((factor) => ({ kind: factor.kind, symbol: factorSymbol(factor, network), value: null })),
    })),
  };
}
