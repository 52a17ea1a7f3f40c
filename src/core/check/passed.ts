/** A derivative that passes, as a part of the report. */

import type { ParameterId } from '../network';
import type { ParameterCheck, SampleBreak } from './index';
import { absoluteError, passReason, relativeError, type PassCriterion } from './verdict';

/** What follows from its numbers is worked out where it is asked for: a large network has a hundred thousand of these. */
export class PassedCheck implements ParameterCheck {
  readonly verdict = 'pass';
  declare readonly break?: SampleBreak;

  constructor(
    readonly parameter: ParameterId,
    readonly analytic: number,
    readonly numeric: number,
    readonly errorBound: number,
    readonly criterion: PassCriterion,
    met: SampleBreak | undefined,
  ) {
    if (met) this.break = met;
  }

  get absoluteError(): number {
    return absoluteError(this.analytic, this.numeric);
  }

  get relativeError(): number {
    return relativeError(this.analytic, this.numeric);
  }

  get reason(): string {
    return passReason(this.criterion, this.analytic, this.numeric, this.errorBound);
  }
}
