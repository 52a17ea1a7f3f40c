import { useMemo } from 'preact/hooks';
import { type Chain, chainShape } from '../../src/core/chain';
import { isFrozen } from '../../src/core/frozen';
import { type ParameterId, parameterAt, parameterIndex, parameterLayout } from '../../src/core/network';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import type { Answer } from '../answer';
import { Button, IconButton } from '../controls';
import { convention, parameterMeaning, parameterName, show, showCount } from '../names';
import { useDigits, usePanel, useHostState } from '../panel';
import { Empty } from '../empty';
import { ClaimRemark, useMarked } from './claim';
import { MathDerivative, MathName, MathParameter } from './math';
import { PathTable } from './pathTable';
import { NoNumbers } from './noNumbers';
import { Product } from './product';
import { Readings } from './readings';
import { RouteCard } from './routeCard';
import type { Route } from './routes';
import { DerivationMenu } from './derivationMenu';
import { useHeld } from './useHeld';
import { keyboardNavigation } from './keyboardNavigation';
import { Cancelling, Why } from './why';

interface ChainViewProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly chain: Answer<Chain>;
  readonly routes: readonly Route[];
}

/** Products that are written out; the table holds every listed path. */
const WRITTEN = 6;

/** ∂J/∂θ of the chosen parameter: every path's product, symbol and number, and their sum beside backpropagation's. */
export function ChainView({ model, values, chain, routes }: ChainViewProps) {
  const parameter = useHostState(({ selection }) => selection.parameter);
  const known = useMemo(() => chain.value && { chain: chain.value, values, routes }, [chain.value, values, routes]);
  const shown = useHeld(known, model.revision);
  const hidden = useHostState(({ exercise }) => exercise !== null);
  if (!parameter) {
    return (
      <Empty
        title="Choose a weight"
        action={values?.analysis?.gradient && <Steepest model={model} gradient={values.analysis.gradient} />}
      >
        Click an edge in the graph, or put the cursor on a number in the text, to see its derivative: a sum of paths,
        each a product of local derivatives.
      </Empty>
    );
  }
  if (model.samples === 0 || hidden) return <SymbolicChain model={model} values={values} parameter={parameter} />;
  if (chain.error) return <Empty title="No chain">{chain.error}</Empty>;
  if (!shown) return <div class="waiting" aria-busy="true" />;
  return <KnownChain {...shown} model={model} outdated={chain.outdated || !known} />;
}

/** A way in: the parameter that J changes most with. */
function Steepest({ model: { network }, gradient }: { readonly model: ModelSlice; readonly gradient: Float64Array }) {
  const { host } = usePanel();
  const steepest = useMemo(() => {
    const at = gradient.reduce((best, value, k) => (Math.abs(value) > Math.abs(gradient[best] ?? 0) ? k : best), 0);
    return gradient.length > 0 ? parameterAt(parameterLayout(network.layers), at) : undefined;
  }, [network.layers, gradient]);
  if (!steepest) return null;
  return (
    <Button
      label={`Show the largest gradient: ${parameterName(network, steepest)}`}
      onClick={() => void host.select(steepest)}
    />
  );
}

interface KnownChainProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly chain: Chain;
  readonly routes: readonly Route[];
  readonly outdated: boolean;
}

function KnownChain({ model, values, chain, routes, outdated }: KnownChainProps) {
  const { network, samples } = model;
  const marked = useMarked(routes);
  const sample = values?.sample ?? null;
  const over = sample === null ? samples : 1;
  const total = chain.pathCount * BigInt(over);
  // With one sample and no penalty J is that sample's E, and the lecture writes J.
  const loss = sample === null && samples === 1 && chain.penalty === 0 ? 'J' : 'E';
  const sum = chain.paths.reduce((all, { contribution }) => all + contribution, 0) + chain.remainder + chain.penalty;
  const alone = total === 1n && chain.penalty === 0;
  return (
    <div class={outdated ? 'chain outdated' : 'chain'} aria-busy={outdated}>
      <ChainHead model={model} values={values} parameter={chain.parameter} sample={sample} known={chain} />
      <ClaimRemark />
      <Readings {...{ model, values, chain, routes }} parameter={chain.parameter}>
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
        {routes.length > WRITTEN && (
          <p class="hint">{showCount(routes.length - WRITTEN)} more paths are in the table.</p>
        )}
        {!alone && <PathTable chain={chain} routes={routes} samples={over} total={total} loss={loss} />}
      </Readings>
    </div>
  );
}

interface ChainHeadProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly parameter: ParameterId;
  readonly sample: number | null;
  readonly known?: Chain;
}

function ChainHead({ model: { network }, values, parameter, sample, known }: ChainHeadProps) {
  const { host } = usePanel();
  const digits = useDigits();
  const { left } = convention(network, sample);
  const value = (values?.theta ?? network.theta)[parameterIndex(parameterLayout(network.layers), parameter)];
  return (
    <header class="chain-head">
      <math class="chain-symbol" displaystyle aria-label={`∂${left}/∂${parameterName(network, parameter)}`}>
        <MathDerivative of={<MathName name={left} />} by={<MathParameter id={parameter} network={network} />} />
      </math>
      {known && (
        <span class="chain-value">
          = <strong class="numeric">{show(known.gradient, digits)}</strong>
        </span>
      )}
      <div
        class="chain-what"
        role="group"
        tabIndex={0}
        aria-label={`${parameterName(network, parameter)}: use the arrow keys to move between parameters`}
        title="Use the arrow keys to move between parameters, Page Up and Page Down to move between layers"
        onKeyDown={(event) => {
          const next = keyboardNavigation(network, parameter, event.key);
          if (!next) return;
          event.preventDefault();
          void host.select(next);
        }}
      >
        <span>
          <span class="symbol-text">{parameterName(network, parameter)}</span>
          <span class="numeric"> = {show(value, digits)}</span>
        </span>
        <span class="muted">
          {parameterMeaning(parameter)}
          {isFrozen(network, parameter) && ', frozen'}
        </span>
      </div>
      <DerivationMenu parameter={parameter} sample={sample} />
      <IconButton
        label="Show the number in the text"
        icon="reveal"
        onClick={() => {
          void host.reveal(parameter);
        }}
      />
      <IconButton
        label="Clear the selection"
        title="Clear the selection (Escape in the graph)"
        icon="close"
        onClick={() => {
          void host.select(null);
        }}
      />
    </header>
  );
}

interface SumProps {
  readonly chain: Chain;
  readonly routes: readonly Route[];
  readonly sum: number;
  readonly over: number;
  readonly total: bigint;
  /** One path and nothing else: there is nothing to add up. */
  readonly alone: boolean;
}

/** Route by route what they add, the penalty and the rest, and the sum beside backpropagation's value. */
function Sum({ chain, routes, sum, over, total, alone }: SumProps) {
  const digits = useDigits();
  const difference = sum === chain.gradient ? 0 : Math.abs(sum - chain.gradient);
  const scale = chain.paths.reduce(
    (most, { contribution }) => Math.max(most, Math.abs(contribution)),
    Math.abs(chain.penalty),
  );
  const equal = difference <= 1e-12 * scale || difference === 0;
  const written = routes.slice(0, WRITTEN);
  const rest = routes.slice(WRITTEN).reduce((all, { contribution }) => all + contribution, 0) + chain.remainder;
  const hasRest = routes.length > WRITTEN || total > BigInt(chain.paths.length);
  return (
    <div class="sum">
      <dl>
        {(alone ? [] : written).map((route, at) => (
          <div key={route.key} class="sum-row">
            <dt>
              <i class={`swatch route-${String(route.colour ?? 'other')}`} />
              path {showCount(at + 1)}
              {over > 1 && (
                <span class="muted">
                  {' · '}
                  {route.paths.length === 1 ? '1 sample' : `${showCount(route.paths.length)} samples`}
                </span>
              )}
            </dt>
            <dd class="numeric">{show(route.contribution, digits)}</dd>
          </div>
        ))}
        {hasRest && (
          <div class="sum-row">
            <dt>all others</dt>
            <dd class="numeric">{show(rest, digits)}</dd>
          </div>
        )}
        {chain.penalty !== 0 && (
          <div class="sum-row">
            <dt>
              penalty <span class="muted">∂R/∂θ</span>
            </dt>
            <dd class="numeric">{show(chain.penalty, digits)}</dd>
          </div>
        )}
        {!alone && (
          <div class="sum-row total">
            <dt>Σ</dt>
            <dd class="numeric">{show(sum, digits)}</dd>
          </div>
        )}
        <div class="sum-row">
          <dt>backpropagation</dt>
          <dd class="numeric">{show(chain.gradient, digits)}</dd>
        </div>
      </dl>
      {Number.isFinite(difference) ? (
        <p class={equal ? 'agreement pass' : 'agreement fail'}>
          {equal ? '✓ equal' : '✗ not equal'}
          <span class="muted numeric"> difference {show(difference, 2)}</span>
        </p>
      ) : (
        <p class="agreement muted">Not comparable: a value is non-finite.</p>
      )}
    </div>
  );
}

/** A file without data, or an exercise: the products as symbols, and why there are no numbers. */
function SymbolicChain({ model, values, parameter }: Pick<ChainHeadProps, 'model' | 'values' | 'parameter'>) {
  const { network } = model;
  const { paths, pathCount: count } = chainShape(network, parameter, WRITTEN);
  return (
    <div class="chain">
      <ChainHead model={model} values={values} parameter={parameter} sample={null} />
      <ClaimRemark />
      <Readings model={model} values={null} parameter={parameter} chain={undefined} routes={[]}>
        <NoNumbers />
        <div class="routes">
          {paths.map((path, at) => (
            <RouteCard
              key={String(at)}
              colour={at + 1}
              title={count === 1n ? 'The only path' : `Path ${String(at + 1)}`}
              nodes={path.nodes}
            >
              <Product network={network} path={path} loss="E" divisor={1} />
            </RouteCard>
          ))}
        </div>
        {count > BigInt(paths.length) && <p class="muted">and {showCount(count - BigInt(paths.length))} more paths</p>}
      </Readings>
    </div>
  );
}
