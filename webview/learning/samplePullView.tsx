import { useMemo, useState } from 'preact/hooks';
import { superscript } from '../../src/core/notation';
import type { SampleGradients } from '../../src/core/sampleGradients';
import { useAnswer } from '../answer';
import { useHeld } from '../chain/useHeld';
import { Empty } from '../empty';
import { numberWidth, show, showCount } from '../names';
import { useDigits, usePanel, useHostState } from '../panel';
import { SamplesTable } from '../table/samplesTable';
import type { Sort, TableColumn } from '../table/virtualTable';
import { InputGradient } from '../unitPictures/inputGradient';
import type { LearningProps } from './learningView';

/** Signal to noise below this is said aloud. */
const NOISY = 1;

/** How far the samples' own gradients agree, and which samples pull θ hardest, this way or that. */
export function SamplePullView({ model, values }: LearningProps) {
  const { host } = usePanel();
  const running = useHostState(({ training }) => training.status === 'running');
  const revision = values?.revision ?? 0;
  const subject = running ? null : `${String(model.revision)} ${String(revision)}`;
  const answer = useAnswer(subject, revision, () => host.sampleGradients({ revision: model.revision }));
  const found = useHeld(answer.value, model.revision);
  if (running) return <Empty title="Training">Pause or stop training to compare the samples’ gradients.</Empty>;
  if (answer.error) return <Empty title="No samples">{answer.error}</Empty>;
  if (!found) {
    return (
      <p class="hint" role="status">
        Comparing the samples…
      </p>
    );
  }
  return (
    <>
      <Noise found={found} samples={model.samples} />
      <InputGradient {...{ model, values }} />
      <Pulls found={found} />
    </>
  );
}

/** What the noise means for the size of a batch, and for each layer. */
function Noise({ found, samples }: { readonly found: SampleGradients; readonly samples: number }) {
  const digits = useDigits();
  const { noiseScale, batchSize, layers } = found;
  const scale = show(noiseScale, 3);
  const batch =
    batchSize === samples
      ? 'All samples are used in every step, so a step has no noise.'
      : noiseScale > batchSize
        ? `Batches of ${showCount(batchSize)} are smaller: a step is more noise than gradient.`
        : `Batches of ${showCount(batchSize)} are large enough.`;
  return (
    <section class="curvature" aria-label="Gradient noise">
      <p>
        Gradient noise scale: <strong class="numeric">{scale}</strong> samples.{' '}
        <span class="muted">In a batch of this size, noise and gradient are equally large. {batch}</span>
      </p>
      <dl class="comparison curvature-facts">
        {layers.map(({ mean, deviation, signalToNoise }, l) => (
          <LayerRow
            key={l}
            name={`θ${superscript(`(${String(l + 1)})`)}`}
            value={`${show(mean, digits)} ± ${show(deviation, digits)}`}
            note={
              batchSize === samples
                ? ''
                : `signal to noise ${show(signalToNoise, 3)}${signalToNoise < NOISY ? ', mostly noise' : ''}`
            }
          />
        ))}
      </dl>
    </section>
  );
}

function LayerRow({ name, value, note }: { readonly name: string; readonly value: string; readonly note: string }) {
  return (
    <>
      <dt>‖∂J/∂{name}‖</dt>
      <dd>
        <span class="numeric">{value}</span>
        <span class="muted">{note}</span>
      </dd>
    </>
  );
}

function Pulls({ found }: { readonly found: SampleGradients }) {
  const digits = useDigits();
  const [sort, setSort] = useState<Sort>({ column: 'pull', descending: true });
  const numbers = useMemo(() => new Map(Object.entries({ pull: found.pull, size: found.size })), [found]);
  const most = useMemo(() => found.pull.reduce((largest, pull) => Math.max(largest, Math.abs(pull)), 0), [found]);
  const against = found.pull.filter((pull) => pull < 0).length;
  const width = numberWidth(digits);
  const columns: TableColumn<number>[] = [
    {
      id: 'pull',
      title: 'Pull',
      meaning: '∂E/∂θ of the sample along the mean of all: below 0 it pulls the other way',
      width,
      numeric: true,
      sortable: true,
      cell: (s) => show(found.pull[s], digits),
    },
    {
      id: 'bar',
      title: 'against · with',
      width: '8em',
      grow: true,
      cell: (s) => <PullBar share={(found.pull[s] ?? 0) / most} />,
    },
    { id: 'size', title: '‖∂E/∂θ‖', width, numeric: true, sortable: true, cell: (s) => show(found.size[s], digits) },
  ];
  return (
    <>
      <p class="hint">
        {against === 0
          ? 'Every sample pulls the same way as the mean.'
          : `${showCount(against)} of ${showCount(found.pull.length)} samples pull against the mean.`}{' '}
        Click a sample to show it everywhere; click again for the mean.
      </p>
      <SamplesTable
        label="What each sample pulls"
        count={found.pull.length}
        {...{ columns, numbers, sort }}
        onSort={setSort}
      />
    </>
  );
}

/** A bar from the middle: to the right with the mean, to the left against it. */
function PullBar({ share }: { readonly share: number }) {
  const part = Number.isFinite(share) ? 50 * share : 0;
  return (
    <svg class="pull-bar" viewBox="-50 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <line x1={0} x2={0} y1={0} y2={10} />
      <rect class={part < 0 ? 'negative' : 'positive'} x={Math.min(0, part)} width={Math.abs(part)} y={2} height={6} />
    </svg>
  );
}
