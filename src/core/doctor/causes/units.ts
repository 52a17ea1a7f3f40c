/** Causes that are seen at the units, and in the gradient on its way back. */

import { ACTIVATIONS } from '../../functions';
import { layerAt } from '../../network';
import type { Change } from '../changes';
import type { Examination, Proposal } from '../examination';
import type { Finding } from '../finding';
import type { LayerActivity, Sight } from '../sight';
import { type Cause, nothing, type Statement } from './cause';
import { withOtherWeights } from './structure';
import { fourDigits, percent, thetaName } from './words';

/** Of a layer's units, dead ones are found from this part on. */
const MANY = 0.25;
/** And without a change that helps from this part on. */
const MOST = 0.75;
/** Of a layer's units and rows, this part is saturated. */
const MOSTLY = 0.7;
/** A typical ∂J/∂θ of the first layer that is so many times smaller, or larger, than the last layer's; before any step less is a sign. */
const VANISHED = 1e-4;
const FADED = 2e-3;
const FAINT = 1e-2;
const EXPLODED = 1e3;
/** J at the start, as a multiple of the best constant output's, of weights that are far too large. */
const FAR = 1e4;

function deadStatement({ layer, units, name, idle }: LayerActivity, rows: number, when: string): Statement {
  const message = `${String(idle.length)} of ${String(units)} ${name} units of layer ${String(layer)} give 0 for all ${String(rows)} rows ${when}: no gradient reaches their weights.`;
  return { layer, units: idle, message, evidence: { dead: idle.length, units } };
}

/** Of hidden layers: an output may well be sure of itself. */
function idleLayers({ layers }: Sight, idleness: LayerActivity['idleness']): LayerActivity[] {
  return layers.slice(0, -1).filter((layer) => layer.idleness === idleness && layer.idle.length > 0);
}

const deadUnits: Cause = {
  code: 'dead-units',
  *seen(sight) {
    const { count } = sight.objective.samples;
    return idleLayers(sight, 'dead').map((layer) => deadStatement(layer, count, sight.when));
  },
  explainedBy: ['frozen-all', 'diverged'],
  *find(examination) {
    const findings: Omit<Finding, 'code'>[] = [];
    for (const [l, before] of examination.start.layers.entries()) {
      const after = examination.end.layers[l];
      if (before.idleness !== 'dead' || !after) continue;
      const { layer, units } = after;
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
      const when = isStill ? 'before any step and after training' : examination.end.when;
      const statement = deadStatement(seen, examination.rows.count, when);
      const evidence = { ...statement.evidence, deadAtStart: before.idle.length, deadAtEnd: after.idle.length };
      findings.push({ severity, ...statement, evidence, remedy });
    }
    return findings;
  },
};

function saturatedStatement({ layer, name, share, idle, units }: LayerActivity, when: string): Statement {
  const always = idle.length > 0 ? `, those of ${String(idle.length)} of ${String(units)} units on every row` : '';
  const message = `${percent(share)} of the outputs of layer ${String(layer)} are saturated ${when}${always} (${name} is flat there): hardly any gradient passes. The weights or inputs are too large.`;
  return { layer, units: idle, message, evidence: { saturatedShare: share, saturatedUnits: idle.length } };
}

const saturatedUnits: Cause = {
  code: 'saturated-units',
  *seen(sight) {
    return idleLayers(sight, 'saturated').map((layer) => saturatedStatement(layer, sight.when));
  },
  explainedBy: ['frozen-all', 'diverged'],
  *find(examination) {
    if (examination.learnsWell) return nothing;
    const findings: Omit<Finding, 'code'>[] = [];
    for (const before of examination.start.layers.slice(0, -1)) {
      if (before.idleness !== 'saturated' || before.share < MOSTLY) continue;
      const remedy = yield* examination.mend(againstSaturation(examination, before));
      const severity = examination.severityOf(remedy);
      findings.push({ severity, ...saturatedStatement(before, examination.start.when), remedy });
    }
    return findings;
  },
};

const vanishingGradient: Cause = {
  code: 'vanishing-gradient',
  *seen(sight) {
    return vanishing(sight, VANISHED);
  },
  explainedBy: ['frozen-all', 'diverged', 'zero-gradient', 'step-too-large', 'identical-units'],
  *find(examination) {
    const { network, start } = examination;
    if (examination.learnsWell || network.layers.length < 4) return nothing;
    const [seen] = vanishing(start, FAINT);
    if (!seen) return nothing;
    const remedy = yield* examination.mend(againstVanishing(examination));
    // A gradient that is merely faint has done harm where other activations or steps do much better.
    if (vanishing(start, FADED).length === 0 && !(remedy && examination.learnsPoorly)) return nothing;
    return [{ severity: examination.severityOf(remedy), ...seen, remedy }];
  },
};

const explodingGradient: Cause = {
  code: 'exploding-gradient',
  *seen(sight) {
    return exploding(sight);
  },
  explainedBy: ['frozen-all', 'constant-output'],
  *find(examination) {
    const { network, start, reference } = examination;
    if (examination.learnsWell) return nothing;
    const [seen] = exploding(start);
    const isFar =
      network.layers.length > 2 && reference.constant > 0 && !(examination.firstLoss <= FAR * reference.constant);
    if (!seen && !isFar) return nothing;
    const remedy = yield* examination.mend(withOtherWeights(examination));
    if (!remedy && examination.run.end !== 'diverged') return nothing;
    const far = `The weights are so large that J starts at ${fourDigits(examination.firstLoss)}, where one output for all rows gives ${fourDigits(reference.constant)}: the gradients explode on their way back.`;
    const evidence = {
      firstToLast: firstToLast(start),
      lossAtStart: examination.firstLoss,
      lossOfConstant: reference.constant,
    };
    const severity = examination.severityOf(remedy);
    const message = isFar || !seen ? far : seen.message;
    return [{ severity, layer: seen?.layer ?? 1, message, evidence, remedy }];
  },
};

export const UNIT_CAUSES: readonly Cause[] = [saturatedUnits, vanishingGradient, explodingGradient];
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

function firstToLast({ typical }: Sight): number {
  return (typical[0] ?? NaN) / (typical.at(-1) ?? NaN);
}

/** A typical ∂J/∂θ⁽¹⁾ that is less than this part of the last layer's. */
function vanishing(sight: Sight, part: number): Statement[] {
  const { typical, when } = sight;
  const ratio = firstToLast(sight);
  if (!(ratio < part) || !((typical.at(-1) ?? NaN) > 0)) return [];
  const steepest = steepestStep(typical, (one, most) => one < most);
  const message = `The gradient vanishes on its way back: a typical ∂J/∂${thetaName(1)} is ${fourDigits(ratio)} of the last layer’s ${when}, so the first layers hardly learn. It falls most ${steepest.words}.`;
  return [{ layer: steepest.layer, units: [], message, evidence: { firstToLast: ratio, layers: typical.length } }];
}

function exploding(sight: Sight): Statement[] {
  const { typical, when } = sight;
  const ratio = firstToLast(sight);
  if (!(ratio > EXPLODED) || !((typical.at(-1) ?? NaN) > 0)) return [];
  const steepest = steepestStep(typical, (one, most) => one > most);
  const message = `The gradient explodes on its way back: a typical ∂J/∂${thetaName(1)} is ${fourDigits(ratio)} times the last layer’s ${when}. It grows most ${steepest.words}.`;
  return [{ layer: steepest.layer, units: [], message, evidence: { firstToLast: ratio, layers: typical.length } }];
}

/** The step from θ^(l+1) back to θ^(l) at which a typical gradient changes most: its l, and where that is for a person. */
function steepestStep(
  typical: readonly number[],
  isMore: (ratio: number, most: number) => boolean,
): { readonly layer: number; readonly words: string } {
  let [layer, most] = [1, (typical[0] ?? NaN) / (typical[1] ?? NaN)];
  for (let l = 2; l < typical.length; l++) {
    const ratio = (typical[l - 1] ?? NaN) / (typical[l] ?? NaN);
    // Where the gradient is 0 on both sides, there is nothing to compare.
    if (isMore(ratio, most) || (Number.isNaN(most) && !Number.isNaN(ratio))) [layer, most] = [l, ratio];
  }
  return { layer, words: `from ${thetaName(layer + 1)} to ${thetaName(layer)}, by a factor of ${fourDigits(most)}` };
}
