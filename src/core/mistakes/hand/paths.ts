/** Slips in the sum over the paths: some left out. */

import { type PathNode, chain } from '../../chain';
import { ACTIVATIONS } from '../../functions';
import { type Network, type Samples, layerAt } from '../../network';
import { countPaths, stagesOf } from '../../stages';
import { type Subject, UNITS, perUnit } from './factors';
import type { Location, Place } from '../location';
import { derivativeName, unitNames } from '../names';
import type { Slip } from './slip';

/** More paths than this, over all samples, are not looked at one by one. */
const PATHS = 2000;
/** The units of a path’s name. */
const ARROW = ' → ';

/** All paths through one unit left out, or taken alone; one path left out, or taken alone. */
export function missingPaths(subject: Subject, theta: Float64Array, samples: Samples): Slip[] {
  const { network, parameter } = subject;
  const code = 'path-missing';
  const whole = derivativeName(network, parameter);
  const through = (kind: 'z' | 'a'): Slip[] =>
    perUnit(subject, code, kind === 'z' ? 'withoutPaths' : 'withoutOutput', leftOut(kind), (names) => ({
      form: `${whole} without the paths through ${names[kind]}`,
      fault: `what flows through ${names[kind]} is left out`,
    })).filter(
      // All paths pass through the parameter's own unit, and some unit of each layer: without those there is nothing left.
      ({ detail }) => detail.unit !== undefined && Number(detail.layer) > parameter.layer + 1,
    );
  const others = ({ layer, unit }: Place): Location | undefined =>
    unit === undefined
      ? undefined
      : { fault: 'missing', through: [{ kind: 'z', layer, unit }], without: [{ kind: 'a', layer, unit }] };
  const ownOutputs = perUnit(subject, code, 'ownOutputOnly', others, ({ a, z }) => ({
    form: `${whole} without the other outputs of the softmax`,
    fault: `${z} moves every output of its softmax, and only the path to ${a} is counted`,
  }));
  return [
    ...through('z'),
    ...through('a'),
    ...throughOneUnit(subject),
    ...ownOutputs,
    ...singlePaths(subject, theta, samples),
  ];
}

function leftOut(kind: PathNode['kind']): (place: Place) => Location | undefined {
  return ({ layer, unit }) =>
    unit === undefined ? undefined : { fault: 'missing', through: [{ kind, layer, unit }], without: [] };
}

/** Only the paths through one unit of a layer, where that is not the same as without those through its one neighbour. */
function throughOneUnit({ network, parameter, pieces, penalty }: Subject): Slip[] {
  return pieces.units.flatMap(({ layer, unit, withoutPaths }): Slip[] => {
    const { units } = layerAt(network, layer);
    if (layer === parameter.layer + 1 || units < 3 || units > UNITS) return [];
    const { z } = unitNames(network, layer, unit);
    return [
      {
        code: 'path-missing',
        data: -withoutPaths,
        penalty,
        form: `what flows through ${z} of ${derivativeName(network, parameter)}`,
        fault: `only the paths through ${z} are counted, of all ${String(units)} units`,
        detail: { layer, only: unit },
        mark: { fault: 'missing', through: [], without: [{ kind: 'z', layer, unit }] },
      },
    ];
  });
}

function isVector(network: Network, layer: number): boolean {
  return ACTIVATIONS[layerAt(network, layer).activation.type].vector;
}

function singlePaths(subject: Subject, theta: Float64Array, samples: Samples): Slip[] {
  const { network, parameter, pieces, penalty } = subject;
  const count = countPaths(stagesOf(network, parameter));
  if (count < 2n || count * BigInt(samples.count) > BigInt(PATHS)) return [];
  const means = new Map<string, { readonly nodes: readonly PathNode[]; readonly mean: number }>();
  for (const { nodes, contribution } of chain({ network, theta, samples }, parameter, { paths: Infinity }).paths) {
    // A path goes on to its own unit's a, but in a softmax layer to any.
    const units = nodes.filter(({ kind, layer }) => kind === 'z' || isVector(network, layer));
    const name = units.map(({ kind, layer, unit }) => unitNames(network, layer, unit)[kind]).join(ARROW);
    means.set(name, { nodes: units, mean: (means.get(name)?.mean ?? 0) + contribution });
  }
  const whole = derivativeName(network, parameter);
  const without = [...means].map(([path, { nodes, mean }]): Slip => ({
    code: 'path-missing',
    data: pieces.data - mean,
    penalty,
    form: `${whole} with one path too few`,
    fault: `the path ${path} is left out`,
    detail: { path },
    mark: { fault: 'missing', through: nodes, without: [] },
  }));
  const alone = [...means].map(([path, { nodes, mean }]): Slip => ({
    code: 'path-missing',
    data: mean,
    penalty,
    form: `one path of ${whole}`,
    fault: `only the path ${path} is counted, of ${String(count)}`,
    detail: { only: path },
    mark: { fault: 'missing', through: [], without: nodes },
  }));
  return [...without, ...alone];
}
