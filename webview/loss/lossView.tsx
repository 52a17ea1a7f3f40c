import { useMemo, useState } from 'preact/hooks';
import type { EarlierRun } from '../../src/protocol';
import { Button, IconButton, Splitter } from '../controls';
import { showCount } from '../names';
import { usePanel, useTold, useView } from '../panel';
import { Averages } from './averages';
import { EpochTable } from './epochTable';
import { Findings } from './findings';
import { LayerReadout } from './layerReadout';
import { LossChart } from './lossChart';
import { LossTools } from './lossTools';
import { EarlierRuns, Readout } from './readout';
import type { Zoom } from './sampling';
import { TimeSlider } from './timeSlider';

/** J after each epoch of the run, growing while it is on; one line where there is no run yet. */
export function LossView() {
  const { view } = usePanel();
  const lossOpen = useView((state) => state.lossOpen);
  const logScale = useView((state) => state.logScale);
  const height = useView((state) => state.lossHeight);
  const withNorm = useView((state) => state.withNorm);
  const compare = useView((state) => state.compare);
  const smoothing = useView((state) => state.smoothing);
  const history = useTold((told) => told.history);
  const earlier = useTold((told) => told.earlierRuns);
  const layers = useTold((told) => (told.training.lookedAt === null ? told.layers : told.training.layers));
  const findings = useTold(({ training }) => training.findings);
  const lookedAt = useTold(({ training }) => training.lookedAt);
  const [asTable, setAsTable] = useState(false);
  const [reading, setReading] = useState<number | null>(null);
  const [zoom, setZoom] = useState<Zoom>(null);
  const series = history?.series;
  const averages = useMemo(
    () => (series && smoothing > 0 && smoothing < 1 ? new Averages(series, smoothing) : null),
    [series, smoothing],
  );
  if (!history || history.series.length === 0) return <NoRun />;
  const shown = compare ? earlier : none;
  return (
    <>
      {lossOpen && (
        <Splitter
          label="Height of the loss"
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
      <section
        class={lossOpen ? 'loss' : 'loss closed'}
        aria-label="Loss per epoch"
        style={{ height: lossOpen ? `${String(height)}px` : 'auto' }}
      >
        <header class="loss-head">
          <IconButton
            label={lossOpen ? 'Hide the loss' : 'Show the loss'}
            icon={lossOpen ? 'down' : 'next'}
            expanded={lossOpen}
            onClick={() => {
              view.set({ lossOpen: !lossOpen });
            }}
          />
          <h2>Loss per epoch</h2>
          <RunStatus />
          {lossOpen && (
            <LossTools
              {...{ history, averages, zoom, asTable }}
              earlier={earlier}
              onZoom={setZoom}
              onTable={setAsTable}
            />
          )}
        </header>
        <Readout {...{ history, averages }} epoch={reading ?? lookedAt} />
        {lossOpen && layers && <LayerReadout layers={layers} />}
        {findings.length > 0 && <Findings findings={findings} />}
        {lossOpen && (
          <div class="loss-body">
            {asTable ? (
              <EpochTable history={history} />
            ) : (
              <LossChart
                {...{ history, logScale, withNorm, averages, zoom }}
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
    </>
  );
}

const none: readonly EarlierRun[] = [];

function NoRun() {
  const { host } = usePanel();
  const noData = useTold(({ model }) => !model || model.samples === 0);
  const hidden = useTold(({ exercise }) => exercise !== null);
  return (
    <section class="loss closed" aria-label="Loss per epoch">
      <header class="loss-head no-run">
        <h2>Loss per epoch</h2>
        <span class="muted">
          {noData && 'A file with data can be trained: its loss is drawn here.'}
          {hidden && 'Nothing is trained during an exercise: the first step would tell the gradients.'}
          {!noData && !hidden && 'Train to see J after each epoch'}
        </span>
        {!noData && !hidden && <Button label="Train" icon="play" onClick={() => void host.train()} />}
      </header>
    </section>
  );
}

/** Where the run is, or how it ended. */
function RunStatus() {
  const { status, outcome, totalEpochs, batch } = useTold(({ training }) => training);
  const epoch = useTold(({ history }) => (history?.series.length ? history.series.newest : 0));
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
