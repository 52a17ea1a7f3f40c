import { useMemo } from 'preact/hooks';
import { type Chain, chainShape } from '../../src/core/chain';
import { isFrozen } from '../../src/core/frozen';
import { type ParameterId, parameterAt, parameterIndex, parameterLayout } from '../../src/core/network';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import type { LatestAnswer } from '../answer';
import { Button, IconButton } from '../controls';
import { convention, parameterMeaning, parameterName, show } from '../names';
import { useDigits, usePanel, useHostState } from '../panel';
import { Empty } from '../empty';
import { ChainHead } from './chainHead';
import { ClaimRemark } from './claim';
import { MathParameter } from './math';
import { NoNumbers } from './noNumbers';
import { Paths, SymbolicPaths } from './paths';
import { Readings } from './readings';
import type { Route } from './routes';
import { WRITTEN } from './sum';
import { DerivationMenu } from './derivationMenu';
import { useHeld } from './useHeld';
import { InputChainView } from './inputChainView';
import type { ChosenInput } from './useInputChain';
import { keyboardNavigation } from './keyboardNavigation';

interface ChainViewProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly chain: LatestAnswer<Chain>;
  readonly routes: readonly Route[];
  readonly input: ChosenInput;
}

/** ∂J/∂θ of the chosen parameter: every path's product, symbol and number, and their sum beside backpropagation's. */
export function ChainView({ model, values, chain, routes, input }: ChainViewProps) {
  const parameter = useHostState(({ selection }) => selection.parameter);
  const known = useMemo(() => chain.value && { chain: chain.value, values, routes }, [chain.value, values, routes]);
  const shown = useHeld(known, model.revision);
  const hidden = useHostState(({ exercise }) => exercise !== null);
  if (!parameter && input.unit > 0) return <InputChainView {...{ model, values, input, routes, hidden }} />;
  if (!parameter) {
    return (
      <Empty
        title="Choose a weight"
        action={values?.analysis?.gradient && <Steepest model={model} gradient={values.analysis.gradient} />}
      >
        Click an edge or an input in the graph, or put the cursor on a number in the text, to see its derivative: a sum
        of paths, each a product of local derivatives.
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
  const { samples } = model;
  const sample = values?.sample ?? null;
  const over = sample === null ? samples : 1;
  // With one sample and no penalty J is that sample's E, and the lecture writes J.
  const loss = sample === null && samples === 1 && chain.penalty === 0 ? 'J' : 'E';
  return (
    <div class={outdated ? 'chain outdated' : 'chain'} aria-busy={outdated}>
      <ParameterHead model={model} values={values} parameter={chain.parameter} sample={sample} known={chain} />
      <ClaimRemark />
      <Readings {...{ model, values, chain, routes }} parameter={chain.parameter}>
        <Paths {...{ model, chain, routes, over, loss }} />
      </Readings>
    </div>
  );
}

interface ParameterHeadProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly parameter: ParameterId;
  readonly sample: number | null;
  readonly known?: Chain;
}

function ParameterHead({ model: { network }, values, parameter, sample, known }: ParameterHeadProps) {
  const { host } = usePanel();
  const digits = useDigits();
  const name = parameterName(network, parameter);
  const value = (values?.theta ?? network.theta)[parameterIndex(parameterLayout(network.layers), parameter)];
  return (
    <ChainHead
      loss={convention(network, sample).left}
      name={name}
      by={<MathParameter id={parameter} network={network} />}
      gradient={known?.gradient}
      keys="parameters"
      moreKeys=", Page Up and Page Down to move between layers"
      onKey={(key) => {
        const next = keyboardNavigation(network, parameter, key);
        if (next) void host.select(next);
        return next !== undefined;
      }}
      tools={
        <>
          <DerivationMenu parameter={parameter} sample={sample} />
          <IconButton
            label="Show the number in the text"
            icon="reveal"
            onClick={() => {
              void host.reveal(parameter);
            }}
          />
        </>
      }
    >
      <span>
        <span class="symbol-text">{name}</span>
        <span class="numeric"> = {show(value, digits)}</span>
      </span>
      <span class="muted">
        {parameterMeaning(parameter)}
        {isFrozen(network, parameter) && ', frozen'}
      </span>
    </ChainHead>
  );
}

/** A file without data, or an exercise: the products as symbols, and why there are no numbers. */
function SymbolicChain({ model, values, parameter }: Pick<ParameterHeadProps, 'model' | 'values' | 'parameter'>) {
  const { network } = model;
  const shape = chainShape(network, parameter, WRITTEN);
  return (
    <div class="chain">
      <ParameterHead model={model} values={values} parameter={parameter} sample={null} />
      <ClaimRemark />
      <Readings model={model} values={null} parameter={parameter} chain={undefined} routes={[]}>
        <NoNumbers />
        <SymbolicPaths {...{ network, shape }} />
      </Readings>
    </div>
  );
}
