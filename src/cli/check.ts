/** `check FILE…`: the gradient check, and a verdict on every gradient that the file claims. */

import { requireSample } from '../core/backprop';
import type { CheckReport } from '../core/check';
import { type JudgedClaim, judgeClaims } from '../core/mistakes/claims';
import type { ParameterId } from '../core/network';
import { checkFast } from '../engine/kernels/checking';
import { checkLine, checkText } from './checkText';
import { type Command, type ExitStatus, FileError, type Options } from './command';
import { type Input, load, read, trainingSamples } from './input';
import { printJson } from './json';
import { inRange, readParameter } from './parameter';
import { complain, print } from './streams';

export const check: Command = {
  usage: 'check FILE… [--parameter l,i,j]… [--sample N]',
  summary: 'the gradient check, and a verdict on every claimed ∂J/∂θ; of several files, one line each',
  options: {
    parameter: { type: 'string', multiple: true, argument: 'l,i,j', help: 'check θ_ij^(l) only; may be given again' },
    sample: { type: 'string', argument: 'N', help: 'check E of training row N alone, without the penalty' },
    dual: { type: 'boolean', help: 'check against forward-mode dual numbers, not difference quotients' },
  },
  files: 'many',
  async run({ files, options }) {
    const [first = ''] = files;
    return files.length === 1 ? one(first, options) : many(files, options);
  },
};

/** What a file's check found. */
export interface Outcome {
  readonly file: string;
  readonly input: Input;
  readonly report: CheckReport;
  readonly claims: readonly JudgedClaim[];
}

async function one(file: string, options: Options): Promise<ExitStatus> {
  const outcome = checkInput(file, await load(file, options.text('root')), options);
  if (options.flag('json')) await printJson(document(outcome));
  else print(checkText(outcome));
  return statusOf(outcome);
}

/** A file that is wrong does not keep the others from being graded. */
async function many(files: readonly string[], options: Options): Promise<ExitStatus> {
  const documents: object[] = [];
  let status: ExitStatus = 0;
  for (const file of files) {
    try {
      const { input, lines } = await read(file, options.text('root'));
      if (!input) throw new FileError(lines);
      complain(lines);
      const outcome = checkInput(file, input, options);
      if (options.flag('json')) documents.push(document(outcome));
      else print([checkLine(outcome)]);
      if (status === 0) status = statusOf(outcome);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      complain(error.lines);
      status = 2;
    }
  }
  if (options.flag('json')) await printJson({ files: documents });
  return status;
}

function checkInput(file: string, input: Input, options: Options): Outcome {
  const samples = trainingSamples(input);
  const { network, claims } = input.content;
  const sample = options.integer('sample', 1);
  if (sample !== undefined) inRange(() => requireSample(samples, sample), sample);
  const wanted = options.texts('parameter').map((text) => readParameter(network, text));
  const report = checkFast(network, network.theta, samples, {
    ...(sample !== undefined && { sample }),
    ...(wanted.length > 0 && { parameters: wanted }),
    ...(options.flag('dual') && { against: 'dual' }),
  });
  return { file, input, report, claims: judgeClaims(network, network.theta, samples, claims) };
}

function statusOf({ report, claims }: Outcome): ExitStatus {
  return report.verdict === 'fail' || claims.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
}

function document({ file, report, claims }: Outcome): object {
  const { verdict, method, parameters } = report;
  const [worst] = parameters;
  return {
    file,
    verdict,
    method,
    parametersChecked: parameters.length,
    worst: worst && { ...named(worst.parameter), relativeError: worst.relativeError },
    parameters: parameters.map((one) => ({
      ...named(one.parameter),
      analytic: one.analytic,
      numeric: one.numeric,
      absoluteError: one.absoluteError,
      relativeError: one.relativeError,
      errorBound: one.errorBound,
      verdict: one.verdict,
      reason: one.reason,
    })),
    claims: claims.map(({ parameter, claimed, gradient, verdict: judged, diagnosis }) => ({
      ...named(parameter),
      claimed,
      gradient,
      verdict: judged,
      diagnosis,
    })),
  };
}

function named({ layer, to, from }: ParameterId): ParameterId {
  return { layer, to, from };
}
