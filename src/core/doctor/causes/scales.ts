/** Causes that stand in the size of inputs and targets. */

import { type Pausing, runToEnd } from '../../check/steps';
import { eigenvalues } from '../../eigen';
import { layerAt } from '../../network';
import { columnMoments } from '../changes';
import type { Examination } from '../examination';
import type { Remedy } from '../finding';
import { type Cause, nothing } from './cause';
import { outputRange } from './outputs';
import { standardizing, largerRates } from './steps';
import { fourDigits } from './words';

/** An input column of such a mean square, or whose mean square is so many times another's, is not scaled. */
const LARGE = 5;
const UNEVEN = 100;
/** Columns beyond which the condition number is not computed. */
const MOST_COLUMNS = 200;

const unscaledInputs: Cause = {
  code: 'unscaled-inputs',
  explainedBy: ['frozen-all', 'constant-output', 'zero-gradient'],
  *find(examination) {
    const { network, samples } = examination;
    const columns = layerAt(network, 1).units;
    if (examination.learnsWell || samples.count < 3) return nothing;
    const { mean, deviation } = columnMoments(samples.inputs, columns);
    const sizes = Array.from(mean, (value, j) => Math.hypot(value, deviation[j] ?? NaN));
    const used = sizes.filter((_, j) => (deviation[j] ?? 0) > 0);
    const [least, most] = [Math.min(...used), Math.max(...used)];
    const offset = Math.max(...Array.from(mean, (value, j) => Math.abs(value) / (deviation[j] || Infinity)));
    if (used.length === 0 || (most < LARGE && most < UNEVEN * least && offset < LARGE && most > 1 / UNEVEN))
      return nothing;
    const remedy = (yield* examination.mend([standardizing])) ?? (yield* withLargerSteps(examination));
    if (!remedy) return nothing;
    const evidence = {
      smallestSize: least,
      largestSize: most,
      ...(columns <= MOST_COLUMNS && {
        conditionNumber: condition(samples.inputs, columns),
        conditionNumberStandardized: condition(
          samples.inputs.map((x, k) => (x - (mean[k % columns] ?? NaN)) / (deviation[k % columns] || 1)),
          columns,
        ),
      }),
    };
    const cost =
      evidence.conditionNumber === undefined
        ? ''
        : ` Their condition number is ${fourDigits(evidence.conditionNumber)}; standardized, it is ${fourDigits(evidence.conditionNumberStandardized ?? NaN)}.`;
    const message = `The inputs are not scaled: their root mean squares go from ${fourDigits(least)} to ${fourDigits(most)}.${cost}`;
    return [{ severity: examination.severityOf(remedy), layer: 1, message, evidence, remedy }];
  },
};

const unscaledTargets: Cause = {
  code: 'unscaled-targets',
  explainedBy: [
    'frozen-all',
    'constant-output',
    'zero-gradient',
    'dead-units',
    'targets-out-of-range',
    'saturated-units',
  ],
  *find(examination) {
    const { network, samples } = examination;
    const output = layerAt(network, network.layers.length);
    const [low, high] = outputRange(network);
    if (examination.learnsWell || low !== -Infinity || high !== Infinity) return nothing;
    const { mean, deviation } = columnMoments(samples.targets, output.units);
    const sizes = Array.from(mean, (value, j) => Math.hypot(value, deviation[j] ?? NaN));
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    if (most < LARGE && least > 1 / LARGE / LARGE) return nothing;
    const { loss } = yield* examination.try([{ key: 'scaleTargets' }]);
    if (!examination.isBetter(loss)) return nothing;
    const remedy = {
      message: 'Scale the targets to mean 0 and standard deviation 1, and scale the outputs back.',
      changes: [{ key: 'scaleTargets' } as const],
      lossBefore: examination.run.loss,
      lossAfter: loss,
      epochs: examination.epochs,
    };
    const message = `The targets are not scaled: their root mean squares go from ${fourDigits(least)} to ${fourDigits(most)}. With scaled targets alone, J ends at ${fourDigits(loss)} in place of ${fourDigits(examination.run.loss)}, in the file’s units.`;
    return [
      {
        severity: examination.severityOf(remedy),
        layer: network.layers.length,
        message,
        evidence: { smallestSize: least, largestSize: most, lossScaled: loss },
        remedy,
      },
    ];
  },
};

export const SCALES: readonly Cause[] = [unscaledInputs, unscaledTargets];

/** Scaled inputs bear larger steps. Null where larger steps do alone: then the inputs are not what keeps them small. */
function* withLargerSteps(examination: Examination): Pausing<Remedy | null> {
  const larger = largerRates(examination);
  if (yield* examination.mend(larger)) return null;
  return yield* examination.mend(
    larger.map(({ message, changes }) => ({
      message: `${standardizing.message} ${message}`,
      changes: [...standardizing.changes, ...changes],
    })),
  );
}

/** λ_max/λ_min of (1/m) Σ x xᵀ with the bias's 1 in x: of a linear unit's squared error, that of H. */
function condition(inputs: Float64Array, columns: number): number {
  const n = columns + 1;
  const count = inputs.length / columns;
  const moments = new Float64Array(n * n);
  for (let s = 0; s < count; s++) {
    const at = (j: number): number => (j === columns ? 1 : (inputs[s * columns + j] ?? NaN));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) moments[i * n + j] = (moments[i * n + j] ?? 0) + (at(i) * at(j)) / count;
  }
  const values = runToEnd(eigenvalues(moments, n));
  const most = values.at(-1) ?? NaN;
  // Constant columns have no say: what is 0 but for rounding is left out.
  const least = values.find((value) => value > 1e-12 * most) ?? NaN;
  return most / least;
}
