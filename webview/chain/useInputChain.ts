import { useEffect } from 'preact/hooks';
import type { InputChain } from '../../src/core/chain/inputChain';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { type LatestAnswer, useAnswer } from '../answer';
import { useHostState, usePanel, useView } from '../panel';

/** The input whose derivative is shown, where no parameter is chosen. */
export interface ChosenInput {
  /** From 1; 0: none. */
  readonly unit: number;
  /** The sample that the derivative is of; null: a mean is shown, which has none. */
  readonly sample: number | null;
  readonly chain: LatestAnswer<InputChain>;
}

/** The chosen input with its chain of at most so many paths; a parameter that is chosen takes its place. */
export function useInputChain(model: ModelSlice, values: ValuesSlice | null, paths: number): ChosenInput {
  const { host, view } = usePanel();
  const chosen = useView((state) => state.input);
  const parameter = useHostState(({ selection }) => selection.parameter);
  useEffect(() => {
    if (parameter) view.set({ input: 0 });
  }, [parameter, view]);
  const { revision, samples } = model;
  const unit = parameter || chosen > (model.network.layers[0]?.units ?? 0) ? 0 : chosen;
  const sample = values?.sample ?? (samples === 1 ? 1 : null);
  const known = unit > 0 && sample !== null && values?.analysis?.gradient;
  const chain = useAnswer(known ? `${String(unit)} ${String(sample)}` : null, values?.revision ?? 0, () =>
    host.inputChain({ revision, input: unit, sample: sample ?? 1, paths }),
  );
  return { unit, sample, chain };
}
