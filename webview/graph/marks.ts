import { type LocalDerivative, type PathNode, chainShape } from '../../src/core/chain';
import type { Network, ParameterId } from '../../src/core/network';
import { type Location, locatesFactor, locatesPath } from '../../src/core/mistakes/location';
import type { RouteLine } from '../chain/routes';
import { edgeKey } from './items';

/** What the coloured routes run over: the colours of each edge, node and link, in the routes' order. */
export interface RouteMarks {
  readonly edges: ReadonlyMap<string, { readonly parameter: ParameterId; readonly colours: readonly number[] }>;
  /** By `layer-unit`. */
  readonly units: ReadonlyMap<string, readonly number[]>;
  /** From the outputs to the loss, by output unit. */
  readonly toLoss: ReadonlyMap<number, readonly number[]>;
  /** From one unit's z to another's a, as softmax couples them. */
  readonly links: readonly {
    readonly layer: number;
    readonly from: number;
    readonly to: number;
    readonly colour: number;
  }[];
}

/** The marks of the routes that have a colour, from the parameter that they start at, if there is one. */
export function marksOf(parameter: ParameterId | null, routes: readonly RouteLine[]): RouteMarks {
  const edges = new Map<string, { parameter: ParameterId; colours: number[] }>();
  const units = new Map<string, number[]>();
  const toLoss = new Map<number, number[]>();
  const links: { layer: number; from: number; to: number; colour: number }[] = [];
  for (const { colour, nodes } of routes) {
    if (colour === undefined) continue;
    const mark = (id: ParameterId): void => {
      const marked = edges.get(edgeKey(id)) ?? { parameter: id, colours: [] };
      marked.colours.push(colour);
      edges.set(edgeKey(id), marked);
    };
    if (parameter) mark(parameter);
    nodes.forEach((node, at) => {
      const next: PathNode | undefined = nodes[at + 1];
      const key = unitKey(node.layer, node.unit);
      const colours = units.get(key) ?? [];
      if (!colours.includes(colour)) units.set(key, [...colours, colour]);
      if (!next) toLoss.set(node.unit, [...(toLoss.get(node.unit) ?? []), colour]);
      else if (next.kind === 'z') mark({ layer: node.layer, to: next.unit, from: node.unit });
      else if (next.unit !== node.unit) links.push({ layer: node.layer, from: node.unit, to: next.unit, colour });
    });
  }
  return { edges, units, toLoss, links };
}

export function unitKey(layer: number, unit: number): string {
  return `${String(layer)}-${String(unit)}`;
}

/** The parts of the graph that a factor of the chain is read off. */
export interface Lit {
  /** Halves of units. */
  readonly nodes: readonly PathNode[];
  readonly edges: readonly ParameterId[];
  readonly loss: boolean;
}

/** Paths that are looked through for the location of a mistake. */
const PATHS = 200;

/** What stays lit while the chain shows a claim's mistake: the factors in which it lies, or the paths that were left out. */
export function litByLocation(network: Network, parameter: ParameterId, location: Location): Lit {
  const lit = chainShape(network, parameter, PATHS).paths.flatMap(({ nodes, factors }) =>
    (locatesPath(location, nodes) ? factors : factors.filter((factor) => locatesFactor(location, factor))).map(litBy),
  );
  return {
    nodes: lit.flatMap(({ nodes }) => nodes),
    edges: lit.flatMap(({ edges }) => edges),
    loss: lit.some(({ loss }) => loss),
  };
}

/** What lights up in the graph while a factor is pointed at. */
export function litBy({ kind, of, by }: LocalDerivative): Lit {
  const nodes = [of, by].flatMap((quantity): PathNode[] =>
    quantity.kind === 'z' || quantity.kind === 'a' ? [{ ...quantity, kind: quantity.kind }] : [],
  );
  const weight = kind === 'weight' && of.kind === 'z' && by.kind === 'a';
  if (by.kind === 'theta') {
    const { layer, from } = by.parameter;
    return { nodes: [...nodes, { kind: 'a', layer, unit: from }], edges: [by.parameter], loss: false };
  }
  return {
    nodes,
    edges: weight ? [{ layer: by.layer, to: of.unit, from: by.unit }] : [],
    loss: of.kind === 'E',
  };
}

/** What lights up while a derivative of the loss by a unit's z or a is pointed at. */
export function litByNode(node: PathNode): Lit {
  return { nodes: [node], edges: [], loss: false };
}
