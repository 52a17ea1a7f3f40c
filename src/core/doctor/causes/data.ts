/** Causes that stand in the data alone. */

import { LOSSES } from '../../functions';
import { classOf, targetsAreClasses } from '../../classes';
import { layerAt, type Samples } from '../../network';
import { type Cause, nothing } from './cause';
import { fourDigits, percent } from './words';
import { counted } from '../../notation';

/** Classes so many times as frequent as another are imbalanced. */
const IMBALANCED = 8;

const lossFloor: Cause = {
  code: 'loss-floor',
  explainedBy: [],
  *find(examination) {
    const { entropy } = examination.reference;
    if (!LOSSES[examination.network.loss.type].needsProbabilities || !(entropy > 1e-6)) return nothing;
    const message = `The targets lie between 0 and 1: their entropy is ${fourDigits(entropy)}, and J cannot fall below it. It is ${fourDigits(examination.run.loss)} after training, ${fourDigits(examination.run.loss - entropy)} above.`;
    return [{ severity: 'note', message, evidence: { floor: entropy, loss: examination.run.loss }, remedy: null }];
  },
};

const contradictingRows: Cause = {
  code: 'contradicting-rows',
  explainedBy: [],
  *find(examination) {
    const { contradicting, floor, entropy, constant } = examination.reference;
    if (contradicting.length === 0) return nothing;
    const message = `${counted(contradicting.length, 'row')} of ${String(examination.samples.count)} contradict each other: equal inputs with different targets. No network can bring J below ${fourDigits(floor)}; one output for all rows gives ${fourDigits(constant)}.`;
    const isMost = floor - entropy > 0.5 * (constant - entropy);
    return [
      {
        severity: isMost ? 'severe' : 'warning',
        rows: contradicting.slice(0, 100),
        message,
        evidence: { rows: contradicting.length, floor, constant },
        remedy: null,
      },
    ];
  },
};

const classImbalance: Cause = {
  code: 'class-imbalance',
  explainedBy: ['frozen-all', 'constant-output', 'zero-gradient', 'diverged'],
  *find(examination) {
    const { network, samples, end, rows } = examination;
    if (!targetsAreClasses(network, samples) || samples.count < 10) return nothing;
    const units = layerAt(network, network.layers.length).units;
    const counts = countClasses(samples, units);
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    const rare = counts.indexOf(least);
    if (least === 0 || most < IMBALANCED * least) return nothing;
    let [seen, right] = [0, 0];
    for (let s = 0; s < rows.count; s++) {
      if (classOf(rows.targets, s * units, units) !== rare) continue;
      seen++;
      if (classOf(end.outputs, s * units, units) === rare) right++;
    }
    const recall = seen === 0 ? NaN : right / seen;
    const missed = recall < 0.5;
    const message =
      `Class ${String(rare + 1)} has ${counted(least, 'row')} and the largest class ${String(most)}: a network that always says the largest is right in ${percent(most / samples.count)} of the rows. ${Number.isNaN(recall) ? '' : `Of the rare class, ${percent(recall)} are found.`}`.trim();
    return [
      {
        severity: missed ? 'warning' : 'note',
        message,
        evidence: { smallestClass: least, largestClass: most, ratio: most / least, recall },
        remedy: null,
      },
    ];
  },
};

export const DATA: readonly Cause[] = [contradictingRows, lossFloor, classImbalance];

function countClasses(samples: Samples, units: number): number[] {
  const counts = new Array<number>(Math.max(2, units)).fill(0);
  for (let s = 0; s < samples.count; s++) {
    const k = classOf(samples.targets, s * units, units);
    counts[k] = (counts[k] ?? 0) + 1;
  }
  return counts;
}
