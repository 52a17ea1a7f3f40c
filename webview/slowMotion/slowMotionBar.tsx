import { useMemo } from 'preact/hooks';
import { OPTIMIZERS } from '../../src/core/functions';
import { parameterAt } from '../../src/core/network';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { Button, IconButton } from '../controls';
import { convention, numberWidth, parameterName, show, showCount } from '../names';
import { useDigits, useHostState } from '../panel';
import { layoutOf } from '../state';
import { type TableColumn, VirtualTable } from '../table/virtualTable';
import { phaseInWords, type Phase } from './phase';
import type { SlowMotion } from './useSlowMotion';

interface SlowMotionBarProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly slowMotion: SlowMotion;
}

/** The slow motion while it is on: what happens, what comes next, and at an update its numbers. */
export function SlowMotionBar({ model, values, slowMotion }: SlowMotionBarProps) {
  const { phase, ready, both } = slowMotion;
  if (!phase) return null;
  return (
    <section class="motion" aria-label="Slow motion">
      <div class="motion-bar">
        <p class="motion-words" role="status">
          {phaseInWords(phase, model.network)}
          {phase.kind === 'update' && <StepNote model={model} learningRate={phase.learningRate} />}
        </p>
        <Button label="Forward" title="Forward one layer (F)" disabled={!ready} onClick={slowMotion.forward} />
        <Button label="Backward" title="Back one layer (B)" disabled={!both} onClick={slowMotion.backward} />
        <Button label="Update" title="Apply update (U)" disabled={!both} onClick={slowMotion.update} />
        <IconButton label="Exit slow motion" title="Exit slow motion (Escape)" icon="close" onClick={slowMotion.end} />
      </div>
      {phase.kind === 'update' && values && <UpdateTable {...{ model, values, phase }} />}
    </section>
  );
}

interface StepNoteProps {
  readonly model: ModelSlice;
  readonly learningRate: number;
}

/** With which η a step was taken, and where not over all rows, from which. */
function StepNote({ model: { network, samples }, learningRate }: StepNoteProps) {
  const digits = useDigits();
  const batch = useHostState(({ training }) => training.batch);
  const which = batch ? `batch ${showCount(batch.done)} of ${showCount(batch.of)}` : 'the epoch’s last batch';
  const from =
    network.training.batchSize === 'full'
      ? samples > 1
        ? `, using the mean gradient of all ${showCount(samples)} samples`
        : ''
      : `, using the gradient of ${which} only`;
  return (
    <span class="muted">
      {' '}
      with η = {show(learningRate, digits)}
      {from}
    </span>
  );
}

/** Rows of an update that are in sight at most. */
const ROWS = 5;

interface UpdateTableProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice;
  readonly phase: Extract<Phase, { kind: 'update' }>;
}

/** Every parameter before and after the step. Where the step is plain gradient descent over all rows, Δθ is −η ∂J/∂θ. */
function UpdateTable({ model, values, phase: { from } }: UpdateTableProps) {
  const digits = useDigits();
  const { optimizer, batchSize } = model.network.training;
  const layout = useMemo(() => layoutOf(model), [model]);
  // Of a chosen sample the gradient is its own, and the step is not made of it alone.
  const { left } = convention(model.network, from.sample);
  const ofAll = from.sample === null || model.samples === 1;
  const plain = OPTIMIZERS[optimizer.type].isPlainDescent && batchSize === 'full' && ofAll;
  const columns = useMemo((): TableColumn<number>[] => {
    const number = (id: string, title: string, value: (at: number) => number | undefined): TableColumn<number> => ({
      id,
      title,
      width: numberWidth(digits),
      numeric: true,
      cell: (at) => show(value(at), digits),
    });
    return [
      {
        id: 'name',
        title: 'Parameter',
        width: '7.5em',
        grow: true,
        cell: (at) => <span class="symbol-text">{parameterName(model.network, parameterAt(layout, at))}</span>,
      },
      number('before', 'θ before', (at) => from.theta[at]),
      number('gradient', `∂${left}/∂θ`, (at) => from.analysis?.gradient?.[at]),
      number('step', plain ? `Δθ = −η ∂${left}/∂θ` : 'Δθ', (at) => (values.theta[at] ?? NaN) - (from.theta[at] ?? NaN)),
      number('after', 'θ after', (at) => values.theta[at]),
    ];
  }, [model, layout, from, values, digits, plain, left]);
  if (values === from) return null;
  return (
    <div class="motion-table" style={{ height: `${String(Math.min(ROWS, layout.count) * 24 + 28)}px` }}>
      <VirtualTable label="Update of each parameter" columns={columns} count={layout.count} row={(at) => at} />
    </div>
  );
}
