/** A report in a few arrays and one string: as objects, 100,000 verdicts take seconds on their way to the panel. */

import { type ParameterLayout, parameterAt, parameterIndex } from '../network';
import type { CheckReport, ParameterCheck, SampleBreak } from './index';
import type { CheckVerdict } from './verdict';

const VERDICTS: readonly CheckVerdict[] = ['pass', 'noise', 'kink', 'fail'];
/** Numbers of a parameter: analytic, numeric, |a − n|, the relative error and the bound. */
const COLUMNS = 5;

/** A `CheckReport`, its parameters in the same order. */
export interface PackedReport extends Pick<CheckReport, 'verdict' | 'method'> {
  /** Places in the parameter vector. */
  readonly parameters: Uint32Array;
  readonly numbers: Float64Array;
  readonly verdicts: Uint8Array;
  /** A line each. */
  readonly reasons: string;
  /** Those of a few parameters, by their place in the report. */
  readonly breaks: readonly (readonly [number, SampleBreak])[];
}

export function packReport({ verdict, method, parameters }: CheckReport, layout: ParameterLayout): PackedReport {
  const numbers = new Float64Array(parameters.length * COLUMNS);
  const breaks: [number, SampleBreak][] = [];
  for (const [at, one] of parameters.entries()) {
    const { analytic, numeric, absoluteError, relativeError, errorBound } = one;
    numbers.set([analytic, numeric, absoluteError, relativeError, errorBound], at * COLUMNS);
    if (one.break) breaks.push([at, one.break]);
  }
  return {
    ...{ verdict, method, numbers, breaks },
    parameters: Uint32Array.from(parameters, ({ parameter }) => parameterIndex(layout, parameter)),
    verdicts: Uint8Array.from(parameters, (one) => VERDICTS.indexOf(one.verdict)),
    reasons: parameters.map(({ reason }) => reason).join('\n'),
  };
}

export function unpackReport(packed: PackedReport, layout: ParameterLayout): CheckReport {
  const { verdict, method, numbers, verdicts } = packed;
  const reasons = packed.reasons.split('\n');
  const breaks = new Map(packed.breaks);
  const parameters = Array.from(packed.parameters, (index, at): ParameterCheck => {
    const number = (column: number): number => numbers[at * COLUMNS + column] ?? NaN;
    const found = breaks.get(at);
    return {
      parameter: parameterAt(layout, index),
      analytic: number(0),
      numeric: number(1),
      absoluteError: number(2),
      relativeError: number(3),
      errorBound: number(4),
      verdict: VERDICTS[verdicts[at] ?? 0] ?? 'fail',
      reason: reasons[at] ?? '',
      ...(found && { break: found }),
    };
  });
  return { verdict, method, parameters };
}
