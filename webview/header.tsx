import { useState } from 'preact/hooks';
import { Button, IconButton, TextField } from './controls';
import { printable } from '../src/core/printable';
import type { ModelSlice, ValuesSlice } from '../src/protocol';
import { convention, show, showCount } from './names';
import { useDigits, usePanel, useHostState } from './panel';
import type { PanelStores } from './state';

/** The network's name, the training controls, and in one line, always, what J is here and where it stands. */
export function PanelHeader({
  model,
  values,
}: {
  readonly model: ModelSlice | null;
  readonly values: ValuesSlice | null;
}) {
  const fileName = useHostState(({ file }) => file.name);
  const name = printable(model?.network.name ?? fileName);
  return (
    <header class="header">
      <h1 title={name}>{name}</h1>
      {model && <TrainingControls model={model} />}
      {model?.network.description && <Description text={model.network.description} />}
      {model && <ConventionNote model={model} values={values} />}
    </header>
  );
}

/** What the file says about itself: one line, or all of it. */
function Description({ text }: { readonly text: string }) {
  const [open, setOpen] = useState(false);
  return (
    <button
      type="button"
      class={open ? 'description open' : 'description'}
      aria-expanded={open}
      title={open ? 'Show one line' : 'Show all'}
      onClick={() => {
        setOpen(!open);
      }}
    >
      {text}
    </button>
  );
}

function ConventionNote({ model, values }: { readonly model: ModelSlice; readonly values: ValuesSlice | null }) {
  const digits = useDigits();
  const { aside, unwritten } = useHostState(({ training }) => training);
  const sample = values?.sample ?? null;
  const { left, right, note } = convention(model.network, sample, model.weightSum !== undefined);
  const analysis = values?.analysis;
  const parts: string[] = [];
  if (analysis && analysis.penalty !== 0)
    parts.push(`data ${show(analysis.dataLoss, digits)} + R ${show(analysis.penalty, digits)}`);
  if (model.samples === 0) parts.push('no data');
  else if (sample !== null) parts.push(`sample ${showCount(sample)} of ${showCount(model.samples)}`);
  else parts.push(`m = ${showCount(model.samples)}`);
  if (model.validationSamples > 0) parts.push(`${showCount(model.validationSamples)} held out`);
  const epoch = values?.epoch ?? 0;
  parts.push(aside ? (unwritten ? 'moved weights' : 'the file’s weights') : `epoch ${showCount(epoch)}`);
  if (epoch > 0 && unwritten) parts.push('trained, not in the file');
  return (
    <p class="convention" title={note ?? undefined}>
      <span class="formula">
        {left} = {right}
      </span>
      {analysis && analysis.units.a.length > 0 && (
        <span>
          <span class="equals"> = </span>
          <strong class="numeric">{show(analysis.loss, digits)}</strong>
        </span>
      )}
      {parts.map((part) => (
        <span key={part} class="part">
          {part}
        </span>
      ))}
    </p>
  );
}

/** Shown at once; the host, which may be busy, says the same when it comes to it, or how the run ended meanwhile. */
function pauseTraining({ host, hostState }: PanelStores): Promise<void> {
  hostState.set({ training: { ...hostState.get().training, status: 'paused' } });
  return host.pauseTraining();
}

function stopTraining({ host, hostState }: PanelStores): Promise<void> {
  hostState.set({ training: { ...hostState.get().training, status: 'ended' } });
  return host.cancelTraining();
}

function TrainingControls({ model }: { readonly model: ModelSlice }) {
  const panel = usePanel();
  const { host } = panel;
  const { status, unwritten } = useHostState(({ training }) => training);
  const active = status === 'running' || status === 'paused';
  const hidden = useHostState(({ exercise }) => exercise !== null);
  const noData = model.samples === 0;
  const unready = noData || hidden;
  return (
    <div class="controls" role="toolbar" aria-label="Training">
      {!active && (
        <Button
          label="Train"
          icon="play"
          appearance="primary"
          disabled={unready}
          title={trainTitle(model, hidden)}
          onClick={() => void host.train()}
        />
      )}
      {status === 'running' && (
        <Button label="Pause" icon="pause" appearance="primary" onClick={() => void pauseTraining(panel)} />
      )}
      {status === 'paused' && (
        <Button label="Resume" icon="play" appearance="primary" onClick={() => void host.resumeTraining()} />
      )}
      <IconButton
        label="Step one epoch"
        icon="stepEpoch"
        disabled={unready || status === 'running'}
        onClick={() => void host.stepTraining('epoch')}
      />
      {model.network.training.batchSize !== 'full' && (
        <IconButton
          label="Step one batch"
          icon="stepBatch"
          disabled={unready || status === 'running'}
          onClick={() => void host.stepTraining('batch')}
        />
      )}
      {status === 'paused' && <LearningRate />}
      <Button label="Stop" icon="stop" disabled={!active} onClick={() => void stopTraining(panel)} />
      <Button
        label="Reset"
        icon="reset"
        title={active ? 'Stop the run to restore the file’s weights' : 'Restore the file’s weights'}
        disabled={active || (!unwritten && status === 'idle')}
        onClick={() => void host.reset('file')}
      />
      <IconButton
        label="New random weights"
        icon="dice"
        disabled={active || hidden}
        onClick={() => void host.reset('random')}
      />
      <Button
        label="Write to file"
        icon="write"
        title={writeTitle(active, unwritten)}
        disabled={active || !unwritten}
        onClick={() => void host.writeWeights()}
      />
    </div>
  );
}

function trainTitle({ samples, network }: ModelSlice, hidden: boolean): string {
  if (samples === 0) return 'The file has no data to train on';
  if (hidden) return 'Training is disabled during an exercise: the first step would reveal the gradients';
  return `Train for ${showCount(network.training.epochs)} epochs`;
}

function writeTitle(active: boolean, unwritten: boolean): string {
  if (active) return 'Stop the run to write its weights into the file';
  return unwritten
    ? 'Write the trained weights into the file, as one undo step'
    : 'The file already holds these weights';
}

/** η of the run that stands still, to change from its next step on. */
function LearningRate() {
  const { host } = usePanel();
  const rate = useHostState(({ training }) => training.learningRate);
  return (
    <label class="learning-rate">
      η
      <TextField
        label="Learning rate from the next step on"
        value={String(rate)}
        size={8}
        onCommit={(typed) => {
          const wanted = Number(typed);
          if (typed.trim() !== '' && Number.isFinite(wanted) && wanted > 0) void host.setLearningRate(wanted);
        }}
      />
    </label>
  );
}
