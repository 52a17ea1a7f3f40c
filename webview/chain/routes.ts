import {
  type Chain,
  type ChainFactor,
  type ChainPath,
  chainShape,
  type PathNode,
  type PathShape,
} from '../../src/core/chain';
import { inputChainShape } from '../../src/core/chain/inputChain';
import type { Network, ParameterId } from '../../src/core/network';

/** How many routes have a colour of their own; the others are drawn in the colour of the text. */
export const COLOURS = 6;

/** One way through the network, whatever the sample: the paths of a chain that run over the same nodes. */
export interface Route {
  readonly key: string;
  /** 1…COLOURS, or undefined for routes beyond them. */
  readonly colour: number | undefined;
  readonly nodes: readonly PathNode[];
  /** Of the path with the largest |contribution|. */
  readonly factors: readonly ChainFactor[];
  /** The listed paths, the largest first. */
  readonly paths: readonly ChainPath[];
  /** Σ of the listed paths' contributions. */
  readonly contribution: number;
}

/** The routes of the listed paths, in the order of their largest path. */
export function routesOf({ paths }: Pick<Chain, 'paths'>): readonly Route[] {
  const groups = new Map<string, ChainPath[]>();
  for (const path of paths) {
    const key = routeKey(path);
    const group = groups.get(key);
    if (group) group.push(path);
    else groups.set(key, [path]);
  }
  return [...groups].map(([key, group], at) => ({
    key,
    colour: at < COLOURS ? at + 1 : undefined,
    nodes: group[0]?.nodes ?? [],
    factors: group[0]?.factors ?? [],
    paths: group,
    contribution: group.reduce((sum, { contribution }) => sum + contribution, 0),
  }));
}

/** What the graph draws of a route. */
export type RouteLine = Pick<Route, 'key' | 'colour' | 'nodes'>;

/** The routes of a parameter without their numbers, as many as have a colour. */
export function symbolicRoutes(network: Network, parameter: ParameterId): readonly RouteLine[] {
  return linesOf(chainShape(network, parameter, COLOURS));
}

/** The same of an input. */
export function symbolicInputRoutes(network: Network, input: number): readonly RouteLine[] {
  return linesOf(inputChainShape(network, input, COLOURS));
}

function linesOf({ paths }: { readonly paths: readonly PathShape[] }): RouteLine[] {
  return paths.map((path, at) => ({ key: routeKey(path), colour: at + 1, nodes: path.nodes }));
}

/** The same for all samples' paths over the same nodes. */
export function routeKey({ nodes }: Pick<PathShape, 'nodes'>): string {
  return nodes.map(({ kind, layer, unit }) => `${kind}${String(layer)}.${String(unit)}`).join(' ');
}
