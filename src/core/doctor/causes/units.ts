/** Causes that are seen at the units, and in the gradient on its way back. */

import { ACTIVATIONS } from '../../functions';
import { layerAt } from '../../network';
import type { Change } from '../changes';
import type { Examination, Proposal } from '../examination';
import type { Finding } from '../finding';
import { gradientFlow, type LayerActivity, typicalOf } from '../health';
import { type Cause, nothing } from './cause';
import { withOtherWeights } from './structure';
import { number, percent, thetaName } from './words';

/** Of a layer's units, dead ones are found from this part on. */
const MANY = 0.25;
/** And without a change that helps from this part on. */
const MOST = 0.75;
/** Of a layer's units and rows, this part is saturated. */
const MOSTLY = 0.7;
/** A first gradient that is so small a part of the last before any step; a run is only warned of far smaller ones. */
const FADED = 2e-3;
/** J at the start, as a multiple of the best constant output's, of weights that are far too large. */
const FAR = 1e4;

const deadUnits: Cause = {
  code: 'dead-units',
  explainedBy: ['frozen-all', 'diverged'],
  *find(examination) {
    const findings: Omit<Finding, 'code'>[] = [];
    for (const [l, before] of examination.start.layers.entries()) {
      const after = examination.end.layers[l];
      if (before.idleness !== 'dead' || !after) continue;
      const { layer, units, name } = after;
      const isOutput = layer === examination.network.layers.length;
      const [atStart, atEnd] = [before, after].map(({ idle }) => idle.length / units) as [number, number];
      // A dead output is wrong on every row whose target is not 0.
      const many = isOutput ? 1 / units : MANY;
      const isStill = Math.min(atStart, atEnd) >= many;
      // What died in a run that another cause explains is that cause's doing.
      const died = atEnd >= many && !examination.learnsWell && examination.severe.size === 0;
      if (!isStill && !died) continue;
      const seen = isStill ? before : after;
      const all = seen.idle.length === units;
      const proposals = [...withOtherWeights(examination), ...(isOutput ? withLiveOutputs(layer) : [])];
      const remedy = examination.learnsWell ? null : yield* examination.mend(proposals);
      // Half of the ReLUs of positive inputs are dead from the start, and few networks miss them.
      if (!all && !remedy && !isOutput && seen.idle.length < MOST * units) continue;
      const severity = all && examination.learnsPoorly ? 'severe' : examination.severityOf(remedy);
      const when = isStill ? 'before any step and after training' : `after ${String(examination.run.epochs)} epochs`;
      const message = `${String(seen.idle.length)} of ${String(units)} ${name} units of layer ${String(layer)} give 0 for all ${String(examination.rows.count)} rows, ${when}: no gradient reaches their weights.`;
      const evidence = { dead: seen.idle.length, units, deadAtStart: before.idle.length, deadAtEnd: after.idle.length };
      findings.push({ severity, layer, units: seen.idle, message, evidence, remedy });
    }
    return findings;
  },
};

const saturatedUnits: Cause = {
  code: 'saturated-units',
  explainedBy: ['frozen-all', 'diverged'],
  *find(examination) {
    if (examination.learnsWell) return nothing;
    const findings: Omit<Finding, 'code'>[] = [];
    for (const before of examination.start.layers.slice(0, -1)) {
      if (before.idleness !== 'saturated' || before.share < MOSTLY) continue;
      const { layer, name, share, idle } = before;
      const remedy = yield* examination.mend(againstSaturation(examination, before));
      const message = `${percent(share)} of the outputs of layer ${String(layer)} are saturated before any step (${name} is flat there): hardly any gradient passes. The weights or inputs are too large.`;
      const evidence = { saturatedShare: share, saturatedUnits: idle.length };
      findings.push({ severity: examination.severityOf(remedy), layer, units: idle, message, evidence, remedy });
    }
    return findings;
  },
};

const vanishingGradient: Cause = {
  code: 'vanishing-gradient',
  explainedBy: ['frozen-all', 'diverged', 'zero-gradient', 'step-too-large', 'identical-units'],
  *find(examination) {
    const { network, start } = examination;
    if (examination.learnsWell || network.layers.length < 4) return nothing;
    const typical = typicalOf(network, start.analysis.gradient);
    const [seen] = gradientFlow(typical, FADED);
    if (seen?.kind !== 'vanishing-gradient') return nothing;
    const remedy = yield* examination.mend(againstVanishing(examination));
    const ratio = (typical[0] ?? NaN) / (typical.at(-1) ?? NaN);
    const message = `The gradient vanishes on its way back: before any step a typical ∂J/∂${thetaName(1)} is ${number(ratio)} of the last layer’s, so that the first layers hardly learn.`;
    const evidence = { firstToLast: ratio, layers: typical.length };
    return [{ severity: examination.severityOf(remedy), layer: seen.layer, message, evidence, remedy }];
  },
};

const explodingGradient: Cause = {
  code: 'exploding-gradient',
  explainedBy: ['frozen-all'],
  *find(examination) {
    const { network, start, reference } = examination;
    if (examination.learnsWell) return nothing;
    const typical = typicalOf(network, start.analysis.gradient);
    const [seen] = gradientFlow(typical);
    const isFar =
      network.layers.length > 2 && reference.constant > 0 && !(examination.firstLoss <= FAR * reference.constant);
    if (seen?.kind !== 'exploding-gradient' && !isFar) return nothing;
    const remedy = yield* examination.mend(withOtherWeights(examination));
    if (!remedy && examination.run.end !== 'diverged') return nothing;
    const ratio = (typical[0] ?? NaN) / (typical.at(-1) ?? NaN);
    const message = isFar
      ? `The weights are so large that J starts at ${number(examination.firstLoss)}, where one output for all rows gives ${number(reference.constant)}: the gradients explode on their way back.`
      : `The gradient explodes on its way back: before any step a typical ∂J/∂${thetaName(1)} is ${number(ratio)} times the last layer’s.`;
    const evidence = { firstToLast: ratio, lossAtStart: examination.firstLoss, lossOfConstant: reference.constant };
    return [{ severity: examination.severityOf(remedy), layer: seen?.layer ?? 1, message, evidence, remedy }];
  },
};

export const UNITS: readonly Cause[] = [saturatedUnits, vanishingGradient, explodingGradient];
/** Looked for once it is known whether the steps are too large. */
export const DEAD_UNITS: Cause = deadUnits;

function withLiveOutputs(layer: number): Proposal[] {
  return (['identity', 'sigmoid'] as const).map((value) => ({
    message: `Use ${value} for the outputs.`,
    changes: [{ key: 'activation', layer, value }],
  }));
}

function againstSaturation(examination: Examination, { layer }: LayerActivity): Proposal[] {
  const standardize: Change = { key: 'standardize' };
  const redraw: Change = { key: 'initialWeights', layer };
  return [
    { message: 'Standardize the inputs: "standardize": true in "data".', changes: [standardize] },
    ...withOtherWeights(examination).slice(0, 1),
    {
      message: 'Standardize the inputs, and let "init" draw the weights of this layer.',
      changes: [standardize, redraw],
    },
    {
      message: 'Standardize the inputs, and train for longer.',
      changes: [standardize, { key: 'epochs', value: 3 * examination.epochs }],
      epochs: 3 * examination.epochs,
    },
  ];
}

function againstVanishing({ network }: Examination): Proposal[] {
  const hidden = network.layers.slice(1, -1).map((_, l) => l + 2);
  const redraw = hidden.map((layer): Change => ({ key: 'initialWeights', layer }));
  const with_ = (value: 'relu' | 'tanh'): Change[] =>
    hidden.flatMap((layer): Change[] => {
      const { type } = layerAt(network, layer).activation;
      return type === value || ACTIVATIONS[type].vector ? [] : [{ key: 'activation', layer, value }];
    });
  const adam: Change = { key: 'optimizer', type: 'adam', learningRate: 0.01 };
  return [
    { message: 'Use tanh in the hidden layers, with random weights.', changes: [...with_('tanh'), ...redraw] },
    { message: 'Use relu in the hidden layers, with random weights.', changes: [...with_('relu'), ...redraw] },
    {
      message: 'Use tanh in the hidden layers, with random weights, and adam.',
      changes: [...with_('tanh'), ...redraw, adam],
    },
    {
      message: 'Use relu in the hidden layers, with random weights, and adam.',
      changes: [...with_('relu'), ...redraw, adam],
    },
    { message: 'Use adam, which takes no smaller steps where the gradient is small.', changes: [adam] },
  ];
}
