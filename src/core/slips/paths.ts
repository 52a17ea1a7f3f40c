/** Slips in the sum over the paths: some left out. */

import { type PathNode, chain } from '../chain';
import type { Samples } from '../network';
import { countPaths, stagesOf } from '../stages';
import type { Subject } from './factors';
import { perUnit } from './factors';
import type { Mark, Place } from './mark';
import { derivativeName, unitNames } from './names';
import type { Slip } from './slip';

/** More paths than this, over all samples, are not looked at one by one. */
const PATHS = 2000;
/** The units of a path’s name. */
const ARROW = ' → ';

/** All paths through one unit left out; one path left out; one path taken alone. */
export function missingPaths(subject: Subject, theta: Float64Array, samples: Samples): Slip[] {
  const { network, parameter } = subject;
  const code = 'missing-path';
  // All paths pass through the parameter's own unit: without those there is nothing left.
  const whole = derivativeName(network, parameter);
  const left = ({ layer, unit }: Place): Mark | undefined =>
    unit === undefined ? undefined : { fault: 'missing', through: [{ kind: 'z', layer, unit }], without: [] };
  const throughUnits = perUnit(subject, code, 'withoutPaths', left, ({ z }) => ({
    form: `${whole} without the paths through ${z}`,
    fault: `what flows through ${z} is left out`,
  })).filter(({ detail }) => detail.unit !== undefined && Number(detail.layer) > parameter.layer + 1);
  const others = ({ layer, unit }: Place): Mark | undefined =>
    unit === undefined
      ? undefined
      : { fault: 'missing', through: [{ kind: 'z', layer, unit }], without: [{ kind: 'a', layer, unit }] };
  const ownOutputs = perUnit(subject, code, 'ownOutputOnly', others, ({ a, z }) => ({
    form: `${whole} without the other outputs of the softmax`,
    fault: `${z} moves every output of its softmax, and only the path to ${a} is counted`,
  }));
  return [...throughUnits, ...ownOutputs, ...singlePaths(subject, theta, samples)];
}

function singlePaths(subject: Subject, theta: Float64Array, samples: Samples): Slip[] {
  const { network, parameter, pieces, penalty } = subject;
  const count = countPaths(stagesOf(network, parameter));
  if (count < 2n || count * BigInt(samples.count) > BigInt(PATHS)) return [];
  const means = new Map<string, { readonly nodes: readonly PathNode[]; readonly mean: number }>();
  for (const { nodes, contribution } of chain(network, theta, samples, parameter, { paths: Infinity }).paths) {
    const units = nodes.filter(({ kind }) => kind === 'z');
    const name = units.map(({ layer, unit }) => unitNames(network, layer, unit).z).join(ARROW);
    means.set(name, { nodes: units, mean: (means.get(name)?.mean ?? 0) + contribution });
  }
  const whole = derivativeName(network, parameter);
  const without = [...means].map(([path, { nodes, mean }]): Slip => ({
    code: 'missing-path',
    data: pieces.data - mean,
    penalty,
    form: `${whole} with one path too few`,
    fault: `the path ${path} is left out`,
    detail: { path },
    mark: { fault: 'missing', through: nodes, without: [] },
  }));
  const alone = [...means].map(([path, { nodes, mean }]): Slip => ({
    code: 'missing-path',
    data: mean,
    penalty,
    form: `one path of ${whole}`,
    fault: `only the path ${path} is counted, of ${String(count)}`,
    detail: { only: path },
    mark: { fault: 'missing', through: [], without: nodes },
  }));
  return [...without, ...alone];
}
