import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Histogram, LayerHistograms } from '../../src/core/histograms';
import { layerAt } from '../../src/core/network';
import { superscript } from '../../src/core/notation';
import { useAnswer } from '../answer';
import { Choice } from '../controls';
import { Empty } from '../empty';
import { SHORT, show, showCount } from '../names';
import { useHostState, usePanel } from '../panel';
import { Picture } from '../savePicture/picture';
import type { LearningProps } from './learningView';
import { SpreadStrip } from './spreadStrip';

type Span = 'epoch' | 'run';
const SPANS = [
  { value: 'epoch', text: 'This epoch' },
  { value: 'run', text: 'Over the epochs' },
] as const satisfies readonly { readonly value: Span; readonly text: string }[];

/** How θ, ∂J/∂θ, a and δ of each layer are spread: at the epoch that is shown, live too, or over those of the run. */
export function HistogramView({ model, values }: LearningProps) {
  const hasRun = useHostState(({ history }) => (history?.series.length ?? 0) > 1);
  const [chosen, setSpan] = useState<Span>('epoch');
  const span = hasRun ? chosen : 'epoch';
  return (
    <section class="histograms" aria-label="Histograms">
      {hasRun && <Choice label="Histograms of" options={SPANS} value={span} onChange={setSpan} />}
      {span === 'epoch' ? <OfEpoch {...{ model, values }} /> : <OfRun {...{ model, values }} />}
    </section>
  );
}

function OfEpoch({ model, values }: LearningProps) {
  const { host } = usePanel();
  const { value, error } = useAnswer(String(model.revision), values?.revision ?? 0, () =>
    host.histograms({ revision: model.revision }),
  );
  if (error) return <Empty title="No histograms">{error}</Empty>;
  if (!value) return <Counting />;
  return (
    <>
      <p class="muted">
        {whenShown(values?.epoch ?? 0)} a and δ are of each unit in{' '}
        {value.samples < model.samples
          ? `${showCount(value.samples)} of ${showCount(model.samples)} samples`
          : value.samples === 1
            ? 'the one sample'
            : `all ${showCount(value.samples)} samples`}
        .
      </p>
      <Picture of="histograms" class="histogram-picture">
        {value.layers.map((layer, l) => (
          <Layer key={l} {...{ l, model }} picture={(name, of) => <Bars name={name} of={layer[of]} />} />
        ))}
      </Picture>
    </>
  );
}

function OfRun({ model, values }: LearningProps) {
  const { host } = usePanel();
  const newest = useHostState(({ history }) => history?.series.newest ?? 0);
  const running = useHostState(({ training }) => training.status === 'running');
  // Of a run that is on, the epochs are counted again each time they have doubled.
  const version = running ? `${String(Math.floor(Math.log2(newest)))} so far` : newest;
  const { value, error } = useAnswer(String(model.revision), version, () =>
    host.epochHistograms({ revision: model.revision }),
  );
  if (error) return <Empty title="No histograms">{error}</Empty>;
  if (!value) return <Counting />;
  const last = value.epochs.at(-1) ?? 0;
  const open = (epoch: number): void => void host.lookAt(epoch >= newest ? null : epoch);
  return (
    <>
      <p class="muted">
        Epochs across, values up; the stronger the color, the more of the numbers. Click an epoch to show the network as
        it was then.
      </p>
      <Picture of="histograms" class="histogram-picture">
        {value.layers.map((layer, l) => (
          <Layer
            key={l}
            {...{ l, model }}
            picture={(name, of) => (
              <SpreadStrip
                {...{ name }}
                of={layer[of]}
                epochs={value.epochs}
                shown={values?.epoch ?? last}
                onOpen={open}
              />
            )}
          />
        ))}
      </Picture>
    </>
  );
}

function Counting() {
  return (
    <p class="hint" role="status">
      Counting…
    </p>
  );
}

function whenShown(epoch: number): string {
  return epoch === 0 ? 'Before training.' : `After epoch ${showCount(epoch)}.`;
}

interface LayerProps extends Pick<LearningProps, 'model'> {
  readonly l: number;
  readonly picture: (name: string, of: keyof LayerHistograms) => ComponentChildren;
}

function Layer({ l, model, picture }: LayerProps) {
  const { units, activation } = layerAt(model.network, l + 2);
  const up = superscript(`(${String(l + 1)})`);
  const above = superscript(`(${String(l + 2)})`);
  return (
    <>
      <h2>
        {`layer ${String(l + 2)}`}{' '}
        <span class="muted">
          {units === 1 ? '1 unit' : `${showCount(units)} units`}, {activation.type}
        </span>
      </h2>
      <div class="histogram-row">
        {picture(`θ${up}`, 'theta')}
        {picture(`∂J/∂θ${up}`, 'gradient')}
        {picture(`a${above}`, 'a')}
        {picture(`δ${above}`, 'delta')}
      </div>
    </>
  );
}

const HEIGHT = 56;

/** One histogram; the ends of its range stand below it. */
function Bars({
  name,
  of: { from, to, counts, mean, deviation, notFinite },
}: {
  readonly name: string;
  readonly of: Histogram;
}) {
  const most = counts.reduce((largest, count) => Math.max(largest, count), 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const step = 100 / counts.length;
  const middle = (at: number): number => from + ((at + 0.5) / counts.length) * (to - from);
  const zero = from < 0 && to > 0 ? (-from / (to - from)) * 100 : null;
  const words =
    `${name}: ${showCount(total)} numbers from ${show(from, SHORT)} to ${show(to, SHORT)}, ` +
    `mean ${show(mean, SHORT)}, standard deviation ${show(deviation, SHORT)}`;
  return (
    <figure class="histogram">
      <figcaption>{name}</figcaption>
      <svg viewBox={`0 0 100 ${String(HEIGHT)}`} preserveAspectRatio="none" role="img" aria-label={words}>
        {zero !== null && <line class="zero" x1={zero} x2={zero} y1={0} y2={HEIGHT} />}
        {Array.from(counts, (count, at) =>
          count === 0 ? null : (
            <rect
              key={at}
              class={middle(at) < 0 ? 'negative' : 'positive'}
              x={counts.length === 1 ? 40 : at * step + step / 16}
              width={counts.length === 1 ? 20 : (step * 7) / 8}
              y={HEIGHT * (1 - count / most)}
              height={(HEIGHT * count) / most}
            >
              <title>{`${showCount(count)} near ${show(middle(at), SHORT)}`}</title>
            </rect>
          ),
        )}
      </svg>
      <p class={from === to ? 'ends one' : 'ends'} aria-hidden="true">
        <span>{show(from, SHORT)}</span>
        {from !== to && <span>{show(to, SHORT)}</span>}
      </p>
      <p class="ends one numeric" aria-hidden="true">
        {show(mean, SHORT)} ± {show(deviation, SHORT)}
      </p>
      {notFinite > 0 && <p class="above">{showCount(notFinite)} non-finite</p>}
    </figure>
  );
}
