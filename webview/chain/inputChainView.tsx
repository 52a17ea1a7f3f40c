import { useMemo } from 'preact/hooks';
import { inputChainShape, type InputChain } from '../../src/core/chain/inputChain';
import { subscript } from '../../src/core/notation';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { Button } from '../controls';
import { activationName, quantityName, show, showCount } from '../names';
import { openInputChain, useDigits, usePanel } from '../panel';
import { InputGradient } from '../unitPictures/inputGradient';
import { Empty } from '../empty';
import { ChainHead } from './chainHead';
import { MathName } from './math';
import { NoNumbers } from './noNumbers';
import { Paths, SymbolicPaths } from './paths';
import { ReadingTabs } from './readings';
import { InputRecursion } from './recursionView';
import type { Route } from './routes';
import { WRITTEN } from './sum';
import { useHeld } from './useHeld';
import type { ChosenInput } from './useInputChain';

const READINGS = ['paths', 'recursion'] as const;

interface InputChainViewProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly input: ChosenInput;
  readonly routes: readonly Route[];
  /** In an exercise there are symbols alone. */
  readonly hidden: boolean;
}

/** ∂E/∂x of the chosen input of one sample: its paths to the loss, and the δ that lead there. */
export function InputChainView({ model, values, input, routes, hidden }: InputChainViewProps) {
  const { host } = usePanel();
  const { unit, sample, chain: answer } = input;
  const found = useMemo(() => answer.value && { chain: answer.value, routes }, [answer.value, routes]);
  const shown = useHeld(found, `${String(model.revision)} ${String(unit)}`);
  const isSymbolic = model.samples === 0 || hidden || sample === null;
  if (answer.error && !isSymbolic) return <Empty title="No chain">{answer.error}</Empty>;
  if (!isSymbolic && !shown) return <div class="waiting" aria-busy="true" />;
  const chain = isSymbolic ? undefined : shown?.chain;
  return (
    <div class="chain" aria-busy={answer.outdated}>
      <Head {...{ model, unit, sample }} known={chain} />
      <ReadingTabs readings={READINGS}>
        {(reading) => (
          <>
            {isSymbolic &&
              (sample === null && !hidden && model.samples > 0 ? (
                <OneSample show={(first) => void host.selectSample(first)} />
              ) : (
                <NoNumbers />
              ))}
            {reading === 'paths' && chain && (
              <Paths {...{ model, chain }} routes={shown?.routes ?? []} over={1} loss="E" />
            )}
            {reading === 'paths' && !chain && (
              <SymbolicPaths network={model.network} shape={inputChainShape(model.network, unit, WRITTEN)} />
            )}
            {reading === 'recursion' && <InputRecursion {...{ model, values, unit }} sample={chain ? sample : null} />}
            {chain && <InputGradient {...{ model, values }} />}
          </>
        )}
      </ReadingTabs>
    </div>
  );
}

function OneSample({ show }: { readonly show: (sample: number) => void }) {
  return (
    <div class="offer">
      <p class="hint">Each sample has inputs of its own, and a derivative by them. Choose a sample to see numbers.</p>
      <Button
        label="Show sample 1"
        onClick={() => {
          show(1);
        }}
      />
    </div>
  );
}

interface HeadProps extends Pick<InputChainViewProps, 'model'>, Pick<ChosenInput, 'unit' | 'sample'> {
  readonly known: InputChain | undefined;
}

function Head({ model, unit, sample, known }: HeadProps) {
  const panel = usePanel();
  const digits = useDigits();
  const { layers } = model.network;
  const name = activationName(1, unit);
  const own = model.inputNames?.[unit - 1] ?? layers[0]?.labels?.[unit - 1];
  const inputs = layers[0]?.units ?? 0;
  return (
    <ChainHead
      loss={sample === null || model.samples === 1 ? 'E' : `E${subscript(String(sample))}`}
      name={name}
      by={<MathName name={name} />}
      gradient={known?.gradient}
      keys="inputs"
      onKey={(key) => {
        const next = { ArrowUp: unit - 1, ArrowLeft: unit - 1, ArrowDown: unit + 1, ArrowRight: unit + 1 }[key] ?? 0;
        if (next < 1 || next > inputs) return false;
        openInputChain(panel, next);
        return true;
      }}
    >
      <span>
        <span class="symbol-text">
          {name} = {quantityName({ kind: 'a', layer: 1, unit })}
        </span>
        {known && <span class="numeric"> = {show(known.value, digits)}</span>}
      </span>
      <span class="muted">
        input {showCount(unit)}
        {own !== undefined && `, ${own}`}
      </span>
    </ChainHead>
  );
}
