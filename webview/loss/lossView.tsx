import { useMemo, useState } from 'preact/hooks';
import type { Sharpness } from '../../src/core/curvature';
import type { EarlierRun } from '../../src/protocol';
import { Button, IconButton, Splitter } from '../controls';
import { showCount } from '../names';
import { usePanel, useHostState, useView } from '../panel';
import { useAnswer } from '../answer';
import { Averages } from './averages';
import { EpochTable } from './epochTable';
import { FindingList } from '../findingList';
import { LossChart } from './lossChart';
import { LossTools } from './lossTools';
import { EarlierRuns, LayerReadout, Readout, SharpnessReadout } from './readout';
import type { Zoom } from './sampling';
import { Newest, Sparkline } from './sparkline';
import { TimeSlider } from './timeSlider';

/** What stands for the number of a run that is another file's. */
const COMPARED = 0;

/** J after each epoch of the run, growing while it is on: a strip until it is wanted, or where there is room for more. */
export function LossView({ roomy }: { readonly roomy: boolean }) {
  const { view } = usePanel();
  const decided = useView((state) => state.loss);
  const lossOpen = decided === 'undecided' ? roomy : decided === 'open';
  const logScale = useView((state) => state.logScale);
  const height = useView((state) => state.lossHeight);
  const withNorm = useView((state) => state.withNorm);
  const compare = useView((state) => state.compare);
  const smoothing = useView((state) => state.smoothing);
  const history = useHostState((hostState) => hostState.history);
  const earlierRuns = useHostState((hostState) => hostState.earlierRuns);
  const comparison = useHostState((hostState) => hostState.comparison);
  const earlier = useMemo(
    () =>
      comparison?.history
        ? [...earlierRuns, { id: COMPARED, settings: comparison.name, rows: comparison.history }]
        : earlierRuns,
    [earlierRuns, comparison],
  );
  const layers = useHostState((hostState) =>
    hostState.training.lookedAt === null ? hostState.layers : hostState.training.layers,
  );
  const findings = useHostState(({ training }) => training.findings);
  const lookedAt = useHostState(({ training }) => training.lookedAt);
  const rate = useHostState(({ training }) => training.learningRate);
  const sharpness = useSharpness();
  const [asTable, setAsTable] = useState(false);
  const [reading, setReading] = useState<number | null>(null);
  const [zoom, setZoom] = useState<Zoom>(null);
  const series = history?.series;
  const averages = useMemo(
    () => (series && smoothing > 0 && smoothing < 1 ? new Averages(series, smoothing) : null),
    [series, smoothing],
  );
  if (!history || history.series.length === 0) return <NoRun roomy={roomy} />;
  const shown = compare ? earlier : none;
  return (
    <section
      class={lossOpen ? 'loss picture' : 'loss closed'}
      aria-label="Loss per epoch"
      style={{ height: lossOpen && !roomy ? `${String(height)}px` : 'auto' }}
    >
      {lossOpen && !roomy && (
        <Splitter
          label="Resize the loss chart"
          axis="y"
          value={height}
          min={110}
          max={480}
          perPixel={() => -1}
          onChange={(to) => {
            view.set({ lossHeight: to });
          }}
        />
      )}
      <header class="loss-head">
        <IconButton
          label={lossOpen ? 'Hide the loss' : 'Show the loss'}
          icon={lossOpen ? 'down' : 'next'}
          expanded={lossOpen}
          onClick={() => {
            view.set({ loss: lossOpen ? 'closed' : 'open' });
          }}
        />
        <h2>Loss per epoch</h2>
        {!lossOpen && <Sparkline series={history.series} />}
        <RunStatus />
        {!lossOpen && <Newest series={history.series} />}
        {lossOpen && (
          <LossTools
            {...{ history, averages, sharpness, rate, zoom, asTable }}
            earlier={earlier}
            onZoom={setZoom}
            onTable={setAsTable}
          />
        )}
      </header>
      {lossOpen && <Readout {...{ history, averages }} epoch={reading ?? lookedAt} />}
      {lossOpen && sharpness && <SharpnessReadout {...{ sharpness, rate }} epoch={reading ?? lookedAt} />}
      {lossOpen && layers && <LayerReadout layers={layers} />}
      <FindingList />
      {lossOpen && (
        <div class="loss-body">
          {asTable ? (
            <EpochTable history={history} />
          ) : (
            <LossChart
              {...{ history, logScale, withNorm, sharpness, rate, averages, zoom }}
              earlier={shown}
              mark={lookedAt}
              findings={findings}
              onZoom={setZoom}
              onRead={setReading}
            />
          )}
          {shown.length > 0 && <EarlierRuns runs={shown} />}
          <TimeSlider history={history} />
        </div>
      )}
    </section>
  );
}

const none: readonly EarlierRun[] = [];

/** Of a run that is on, what the worker has found out meanwhile is asked for so often while its epochs double. */
const LOOKS = 8;

/** λ_max after 1, 2, 4, … epochs of the run, where it is wanted. */
function useSharpness(): Sharpness | undefined {
  const { host } = usePanel();
  const wanted = useView((state) => state.withCurvature);
  const revision = useHostState(({ model }) => model?.revision);
  const running = useHostState(({ training }) => training.status === 'running');
  const history = useHostState((hostState) => hostState.history);
  const newest = history?.series.newest ?? 0;
  const subject = wanted && revision !== undefined && newest > 0 ? String(revision) : null;
  const version = running ? `${String(Math.floor(LOOKS * Math.log2(newest)))} so far` : newest;
  const { value } = useAnswer(subject, version, () => host.sharpness({ revision: revision ?? 0 }));
  return value && value.epochs.length > 0 ? value : undefined;
}

function NoRun({ roomy }: { readonly roomy: boolean }) {
  const { host } = usePanel();
  const noData = useHostState(({ model }) => !model || model.samples === 0);
  const hidden = useHostState(({ exercise }) => exercise !== null);
  return (
    <section class={roomy ? 'loss closed empty-loss' : 'loss closed'} aria-label="Loss per epoch">
      <header class="loss-head no-run">
        <h2>Loss per epoch</h2>
        <span class="muted">
          {noData && 'Add data to train.'}
          {hidden && 'Training is disabled during an exercise: the first step would reveal the gradients.'}
          {!noData && !hidden && 'Train to see J after each epoch'}
        </span>
        {!noData && !hidden && <Button label="Train" icon="play" onClick={() => void host.train()} />}
      </header>
    </section>
  );
}

/** Where the run is, or how it ended. */
function RunStatus() {
  const { status, outcome, totalEpochs, batch } = useHostState(({ training }) => training);
  const epoch = useHostState(({ history }) => (history?.series.length ? history.series.newest : 0));
  const within = batch ? `, batch ${showCount(batch.done)} of ${showCount(batch.of)}` : '';
  const words = {
    idle: '',
    running: `epoch ${showCount(epoch)} / ${showCount(totalEpochs)}`,
    paused: `paused at epoch ${showCount(epoch)} / ${showCount(totalEpochs)}${within}`,
    ended: outcome?.message ?? '',
  }[status];
  return (
    <span class="run-status">
      {status === 'running' && <progress max={totalEpochs} value={epoch} aria-label="Epochs trained" />}
      <span
        class={outcome?.kind === 'diverged' || outcome?.kind === 'failed' ? 'run-words bad' : 'run-words'}
        title={words}
      >
        {words}
      </span>
      <span class="visually-hidden" role="status">
        {status === 'running' ? 'training' : words}
      </span>
    </span>
  );
}
