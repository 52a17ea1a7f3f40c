import { useMemo, useRef } from 'preact/hooks';
import type { ParameterId } from '../src/core/network';
import type { ModelSlice, ValuesSlice } from '../src/protocol';
import { useAnswer } from './answer';
import { ChainView } from './chain/chainView';
import { routesOf } from './chain/routes';
import { CheckView } from './check/checkView';
import { Splitter, Tabs } from './controls';
import { DataView } from './dataView';
import { DecisionView } from './predictions/predictionsView';
import { Empty } from './empty';
import { ExerciseBanner } from './exercise';
import { Graph } from './graph/graph';
import { useSize } from './graph/useSize';
import { Header } from './header';
import { LossView } from './loss/lossView';
import { MotionBar } from './slowMotion/motionBar';
import { useMotion } from './slowMotion/useMotion';
import { NoticeBar } from './notice';
import { usePanel, useTold, useView } from './panel';
import { ParametersView } from './parametersView';
import { type Tab, valuesOf } from './state';
import { Toolbar } from './toolbar';

/** Graph and tabs stand side by side from this width on. */
const WIDE = 880;
/** Paths that are asked for. */
const PATHS = 200;

const tabs: readonly { readonly id: Tab; readonly title: string }[] = [
  { id: 'chain', title: 'Chain' },
  { id: 'check', title: 'Gradient check' },
  { id: 'parameters', title: 'Parameters' },
  { id: 'predictions', title: 'Predictions' },
  { id: 'data', title: 'Data' },
];

/** The whole panel. */
export function App() {
  const model = useTold((told) => told.model);
  const told = useTold((state) => state);
  const ready = useTold((state) => state.ready);
  const values = valuesOf(told);
  return (
    <>
      <Header model={model} values={values} />
      <NoticeBar />
      <ExerciseBanner />
      {model && <Inspector model={model} values={values} />}
      {ready && !model && (
        <Empty title="No network yet">As soon as the text holds a network without an error, it is drawn here.</Empty>
      )}
    </>
  );
}

interface InspectorProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
}

function Inspector({ model, values }: InspectorProps) {
  const { view } = usePanel();
  const main = useRef<HTMLElement>(null);
  const { width, height } = useSize(main);
  const wide = width >= WIDE;
  const beside = useView((state) => state.beside);
  const above = useView((state) => state.above);
  const parameter = useTold(({ selection }) => selection.parameter);
  const chain = useChain(model, values, parameter);
  const routes = useMemo(() => (chain.value ? routesOf(chain.value) : []), [chain.value]);
  const targets = useTargets(model, values);
  const motion = useMotion(model, values);
  const share = wide ? beside : above;
  return (
    <>
      <Toolbar model={model} motion={motion} />
      <MotionBar {...{ model, values, motion }} />
      <main
        class={wide ? 'main wide' : 'main'}
        ref={main}
        // In hundredths: where one part is at its least, shares that add up to less than 1 would leave a gap.
        style={{ '--share': `${String(100 * share)}fr`, '--rest': `${String(100 * (1 - share))}fr` }}
      >
        <Graph {...{ model, routes, targets }} values={motion.values} chain={chain.value} />
        <Splitter
          key={wide ? 'x' : 'y'}
          label="Size of the graph"
          axis={wide ? 'x' : 'y'}
          value={share}
          min={0.2}
          max={0.8}
          perPixel={() => 1 / Math.max(1, wide ? width : height)}
          onChange={(to) => {
            view.set(wide ? { beside: to } : { above: to });
          }}
        />
        <Views {...{ model, values, chain, routes, targets }} />
      </main>
      <LossView />
    </>
  );
}

interface ViewsProps extends InspectorProps {
  readonly chain: ReturnType<typeof useChain>;
  readonly routes: ReturnType<typeof routesOf>;
  readonly targets: Float64Array | undefined;
}

function Views({ model, values, chain, routes, targets }: ViewsProps) {
  const { view } = usePanel();
  const tab = useView((state) => state.tab);
  return (
    <Tabs
      label="Views"
      tabs={tabs}
      current={tab}
      onChange={(next) => {
        view.set({ tab: next });
      }}
    >
      {tab === 'chain' && <ChainView {...{ model, values, chain, routes }} />}
      {tab === 'check' && <CheckView {...{ model, values }} />}
      {tab === 'parameters' && <ParametersView {...{ model, values }} />}
      {tab === 'predictions' && <DecisionView {...{ model, values, targets }} />}
      {tab === 'data' && <DataView {...{ model, values }} />}
    </Tabs>
  );
}

function useChain(model: ModelSlice, values: ValuesSlice | null, parameter: ParameterId | null) {
  const { host } = usePanel();
  const sample = values?.sample ?? null;
  const known = parameter && values?.analysis?.gradient;
  const subject = known ? JSON.stringify([parameter, sample]) : null;
  return useAnswer(subject, values?.revision ?? 0, () => {
    if (!parameter) throw new Error('no parameter is chosen');
    return host.chain({ revision: model.revision, parameter, sample, paths: PATHS });
  });
}

/** y of the one sample on the screen; undefined for a mean of several. */
function useTargets(model: ModelSlice, values: ValuesSlice | null): Float64Array | undefined {
  const { host } = usePanel();
  const sample = values?.sample ?? (model.samples === 1 ? 1 : null);
  const subject = sample === null || model.samples === 0 ? null : `${String(model.revision)} ${String(sample)}`;
  const rows = useAnswer(subject, 0, () => host.rows({ revision: model.revision, first: sample ?? 1, count: 1 }));
  return rows.value?.targets;
}
