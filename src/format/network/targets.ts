/** What a loss asks of its targets, and targets from class names. */

import { LOSSES } from '../../core/functions';
import type { LossName } from '../../core/functions';
import type { ProblemCode } from '../problems';

/** Targets of a distribution sum to 1 within this; a hair more allows for the rounding of the sum itself. */
const SUM_TOLERANCE = 1e-6 * (1 + 1e-6);

/** Hears of a target that the loss cannot take; without `column`, the row as a whole is meant. Both count from 0. */
export type TargetReport = (code: ProblemCode, message: string, column?: number) => void;

/** Checks one row of targets y against the rule in the loss's row. */
export function checkTargetRow(loss: LossName, row: Float64Array, report: TargetReport): void {
  const { targets } = LOSSES[loss];
  let sum = 0;
  for (let column = 0; column < row.length; column++) {
    const y = row[column] ?? NaN;
    sum += y;
    if (targets.accepts(y)) continue;
    report('target-out-of-range', `a target of ${loss} is ${String(y)}, expected ${targets.expected}`, column);
  }
  if (targets.sumsToOne && Math.abs(sum - 1) > SUM_TOLERANCE) {
    report('target-sum', `the targets of a row sum to ${String(Number(sum.toPrecision(10)))}, expected 1 for ${loss}`);
  }
}

/** True where the loss can take every row of these targets, row-major. */
export function fitTargets(loss: LossName, values: Float64Array, columns: number): boolean {
  const { targets } = LOSSES[loss];
  for (let first = 0; first < values.length; first += columns) {
    let sum = 0;
    for (let at = first; at < first + columns; at++) {
      const y = values[at] ?? NaN;
      if (!targets.accepts(y)) return false;
      sum += y;
    }
    if (targets.sumsToOne && Math.abs(sum - 1) > SUM_TOLERANCE) return false;
  }
  return true;
}

/** No output layer has more units. */
export const MOST_CLASSES = 65536;

/** Class names in order of first appearance, and the number of each row's class (from 0). */
export class Classes {
  private readonly numbers = new Map<string, number>();

  /** The number of the class, which is added where it is new. */
  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    // No output layer has so many units: of more classes, only that they are too many is of use.
    if (this.numbers.size > MOST_CLASSES) return MOST_CLASSES;
    const number = this.numbers.size;
    this.numbers.set(name, number);
    return number;
  }

  get names(): string[] {
    return [...this.numbers.keys()];
  }
}

/** Row-major one-hot targets: y_i = 1 for the row's class, else 0. */
export function oneHot(classes: Uint32Array, units: number): Float64Array {
  const targets = new Float64Array(classes.length * units);
  for (let row = 0; row < classes.length; row++) targets[row * units + (classes[row] ?? 0)] = 1;
  return targets;
}

/** The message where there are not as many classes as output units. */
export function classCountMessage(names: readonly string[], units: number): string {
  const shown = names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
  const expected = `expected ${String(units)}, one for each output unit`;
  const most = names.length > MOST_CLASSES ? `more than ${String(MOST_CLASSES)}` : String(names.length);
  const found = `${most} ${names.length === 1 ? 'class' : 'classes'}`;
  return `the target column has ${found} (${shown}), ${expected}`;
}

/** 2 GiB of doubles: what can be held beside everything else. */
const MOST_NUMBERS = 2 ** 28;

/** The message where so many rows of inputs or targets are more than can be held; undefined where they are not. */
export function sizeMessage(rows: number, columns: number): string | undefined {
  if (rows * columns <= MOST_NUMBERS) return undefined;
  return `${String(rows)} rows of ${String(columns)} numbers, expected at most ${String(MOST_NUMBERS)} numbers in all`;
}
