/** A report in a few arrays: as objects, 100,000 verdicts take seconds on their way to the panel. */

import { type ParameterLayout, parameterAt, parameterIndex } from '../network';
import type { CheckReport, ParameterCheck, SampleBreak } from './index';
import { PassedCheck } from './passed';
import { PASS_CRITERIA, absoluteError, relativeError, type CheckVerdict } from './verdict';

/** What a parameter passes by, or its verdict. */
const CODES = [...PASS_CRITERIA, 'noise', 'kink', 'fail'] as const;
/** Numbers of a parameter: analytic, numeric and the bound. */
const COLUMNS = 3;

/** A `CheckReport`, its parameters in the same order. */
export interface PackedReport extends Pick<CheckReport, 'verdict' | 'method'> {
  /** Places in the parameter vector. */
  readonly parameters: Uint32Array;
  readonly numbers: Float64Array;
  /** Places in `CODES`. */
  readonly codes: Uint8Array;
  /** Of those that do not pass, in the same order. */
  readonly reasons: readonly string[];
  /** Those of a few parameters, by their place in the report. */
  readonly breaks: readonly (readonly [number, SampleBreak])[];
}

export function packReport({ verdict, method, parameters }: CheckReport, layout: ParameterLayout): PackedReport {
  const count = parameters.length;
  const packed = { parameters: new Uint32Array(count), numbers: new Float64Array(count * COLUMNS) };
  const codes = new Uint8Array(count);
  const reasons: string[] = [];
  const breaks: [number, SampleBreak][] = [];
  for (const [at, one] of parameters.entries()) {
    packed.parameters[at] = parameterIndex(layout, one.parameter);
    packed.numbers[at * COLUMNS] = one.analytic;
    packed.numbers[at * COLUMNS + 1] = one.numeric;
    packed.numbers[at * COLUMNS + 2] = one.errorBound;
    const passed = one instanceof PassedCheck;
    codes[at] = CODES.indexOf(passed ? one.criterion : (one.verdict as Exclude<CheckVerdict, 'pass'>));
    if (!passed) reasons.push(one.reason);
    if (one.break) breaks.push([at, one.break]);
  }
  return { verdict, method, ...packed, codes, reasons, breaks };
}

export function unpackReport(packed: PackedReport, layout: ParameterLayout): CheckReport {
  const { verdict, method, numbers, codes, reasons } = packed;
  const breaks = new Map(packed.breaks);
  const number = (at: number, column: number): number => numbers[at * COLUMNS + column] ?? NaN;
  let told = 0;
  const parameters = Array.from(packed.parameters, (index, at): ParameterCheck => {
    const parameter = parameterAt(layout, index);
    const [analytic, numeric, errorBound] = [number(at, 0), number(at, 1), number(at, 2)];
    const met = breaks.get(at);
    const code = CODES[codes[at] ?? 0] ?? 'fail';
    if (code !== 'noise' && code !== 'kink' && code !== 'fail') {
      return new PassedCheck(parameter, analytic, numeric, errorBound, code, met);
    }
    return {
      ...{ parameter, analytic, numeric, errorBound, verdict: code, reason: reasons[told++] ?? '' },
      absoluteError: absoluteError(analytic, numeric),
      relativeError: relativeError(analytic, numeric),
      ...(met && { break: met }),
    };
  });
  return { verdict, method, parameters };
}
