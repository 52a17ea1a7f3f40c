import type { Chain, ChainShape } from '../../src/core/chain';
import type { Network } from '../../src/core/network';
import type { ModelSlice } from '../../src/protocol';
import { showCount } from '../names';
import { useMarked } from './claim';
import { PathTable } from './pathTable';
import { Product } from './product';
import { RouteCard } from './routeCard';
import type { Route } from './routes';
import { Sum, WRITTEN } from './sum';
import { Cancelling, Why } from './why';

interface PathsProps {
  readonly model: ModelSlice;
  readonly chain: Omit<Chain, 'parameter'>;
  readonly routes: readonly Route[];
  /** Samples that the paths run over. */
  readonly over: number;
  /** What the loss is called here. */
  readonly loss: string;
}

/** The sum of the paths beside backpropagation's value, each written out, and all as a table. */
export function Paths({ model: { network }, chain, routes, over, loss }: PathsProps) {
  const marked = useMarked(routes);
  const total = chain.pathCount * BigInt(over);
  const sum = chain.paths.reduce((all, { contribution }) => all + contribution, 0) + chain.remainder + chain.penalty;
  const alone = total === 1n && chain.penalty === 0;
  return (
    <>
      <Sum chain={chain} routes={routes} sum={sum} over={over} total={total} alone={alone} />
      <Cancelling chain={chain} routes={routes.length} />
      <div class="routes">
        {routes
          .filter((route, at) => at < WRITTEN || route === marked)
          .map((route) => {
            const path = route.paths[0];
            return (
              path && (
                <RouteCard
                  key={route.key}
                  colour={route.colour}
                  title={total === 1n ? 'The only path' : `Path ${String(route.colour ?? '')}`}
                  note={over > 1 && <span class="muted"> · largest at sample {showCount(path.sample)}</span>}
                  nodes={route.nodes}
                  why={<Why network={network} path={path} />}
                >
                  <Product network={network} path={path} loss={loss} divisor={chain.divisor} />
                </RouteCard>
              )
            );
          })}
      </div>
      {routes.length > WRITTEN && <p class="hint">{showCount(routes.length - WRITTEN)} more paths are in the table.</p>}
      {!alone && <PathTable chain={chain} routes={routes} samples={over} total={total} loss={loss} />}
    </>
  );
}

interface SymbolicPathsProps {
  readonly network: Network;
  readonly shape: Omit<ChainShape, 'parameter'>;
}

/** The first products as symbols alone. */
export function SymbolicPaths({ network, shape: { paths, pathCount } }: SymbolicPathsProps) {
  const more = pathCount - BigInt(paths.length);
  return (
    <>
      <div class="routes">
        {paths.map((path, at) => (
          <RouteCard
            key={String(at)}
            colour={at + 1}
            title={pathCount === 1n ? 'The only path' : `Path ${String(at + 1)}`}
            nodes={path.nodes}
          >
            <Product network={network} path={path} loss="E" divisor={1} />
          </RouteCard>
        ))}
      </div>
      {more > 0n && <p class="muted">and {showCount(more)} more paths</p>}
    </>
  );
}
