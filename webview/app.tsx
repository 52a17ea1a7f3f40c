import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { ParameterId } from '../src/core/network';
import type { ModelSlice, ValuesSlice } from '../src/protocol';
import { useAnswer } from './answer';
import { ChainView } from './chain/chainView';
import { routesOf, symbolicInputRoutes, symbolicRoutes } from './chain/routes';
import { type ChosenInput, useInputChain } from './chain/useInputChain';
import { CheckView } from './check/checkView';
import { Splitter, Tabs } from './controls';
import { CompareView } from './compareView';
import { DataView } from './dataView';
import { DecisionView } from './predictions/predictionsView';
import { Empty } from './empty';
import { ExerciseBanner } from './exercise';
import { fit, heightFor, type Viewport } from './graph/camera';
import { Graph } from './graph/graph';
import { layoutGraph, roomyHeight, TIGHT } from './graph/layout';
import { useSize } from './graph/useSize';
import { PanelHeader } from './header';
import { HeldTitle } from './heldTitle';
import { LearningView } from './learning/learningView';
import { LossView } from './loss/lossView';
import { SlowMotionBar } from './slowMotion/slowMotionBar';
import { useSlowMotion } from './slowMotion/useSlowMotion';
import { NoticeBar } from './notice';
import { usePanel, useHostState, useView } from './panel';
import { ParametersView } from './parametersView';
import { type Tab, valuesOf } from './state';
import { Toolbar } from './toolbar';
import { useFolding } from './unitPictures/kinds';

/** Graph and tabs stand side by side from this width on. */
const WIDE = 880;
/** Above the tabs the graph has at most this share of the room. */
const MOST = 0.48;
/** The line beneath the graph. */
const LEGEND = 28;
/** Pixels that the graph must leave for the loss to be open beneath it from the start. */
const LOSS_ROOM = 250;
/** Paths that are asked for. */
const PATHS = 200;

const tabs: readonly { readonly id: Tab; readonly title: string }[] = [
  { id: 'chain', title: 'Chain' },
  { id: 'check', title: 'Gradient check' },
  { id: 'learning', title: 'Learning' },
  { id: 'parameters', title: 'Parameters' },
  { id: 'predictions', title: 'Predictions' },
  { id: 'data', title: 'Data' },
];

const compareTab = { id: 'compare', title: 'Compare' } as const;

/** The whole panel. */
export function App() {
  const model = useHostState((hostState) => hostState.model);
  const hostState = useHostState((state) => state);
  const ready = useHostState((state) => state.ready);
  const values = valuesOf(hostState);
  const presentation = useView((state) => state.presentation);
  useLayoutEffect(() => {
    document.body.classList.toggle('presentation', presentation);
  }, [presentation]);
  return (
    <>
      <PanelHeader model={model} values={values} />
      <NoticeBar />
      <ExerciseBanner />
      {model && <Inspector model={model} values={values} />}
      <HeldTitle />
      {ready && !model && <Empty title="No network yet">The network appears once the file is valid.</Empty>}
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
  const wide = useBeside(model, width, height);
  const beside = useView((state) => state.beside);
  const above = useView((state) => state.above);
  const parameter = useHostState(({ selection }) => selection.parameter);
  const chain = useChain(model, values, parameter);
  const input = useInputChain(model, values, PATHS);
  const known = input.unit > 0 ? input.chain.value : chain.value;
  const routes = useMemo(() => (known ? routesOf(known) : []), [known]);
  const isSymbolic = !values?.analysis?.gradient || (input.unit > 0 && input.sample === null);
  const drawn = useMemo(() => {
    if (!isSymbolic) return routes;
    if (parameter) return symbolicRoutes(model.network, parameter);
    return input.unit > 0 ? symbolicInputRoutes(model.network, input.unit) : routes;
  }, [isSymbolic, model.network, parameter, input.unit, routes]);
  const targets = useTargets(model, values);
  const slowMotion = useSlowMotion(model, values);
  const needed = LEGEND + useGraphHeight(model, wide ? beside * width : width, wide ? 1.35 : 1, Infinity);
  const fitting = LEGEND + useGraphHeight(model, width, 1, MOST * height - LEGEND);
  const share = wide ? beside : above > 0 ? above : fitting / Math.max(1, height);
  const loss = <LossView roomy={wide && height - needed >= LOSS_ROOM} />;
  return (
    <>
      <Toolbar model={model} slowMotion={slowMotion} />
      <SlowMotionBar {...{ model, values, slowMotion }} />
      <main
        class={wide ? 'main wide' : 'main'}
        ref={main}
        // In hundredths: where one part is at its least, shares that add up to less than 1 would leave a gap.
        style={{
          '--share': `${String(100 * share)}fr`,
          '--rest': `${String(100 * (1 - share))}fr`,
          '--graph-height': `${String(needed)}px`,
        }}
      >
        <div class="drawing">
          <Graph {...{ model, targets }} routes={drawn} values={slowMotion.values} />
          {wide && loss}
        </div>
        <Splitter
          key={wide ? 'x' : 'y'}
          label="Resize the graph"
          axis={wide ? 'x' : 'y'}
          value={share}
          min={0.2}
          max={0.8}
          perPixel={() => 1 / Math.max(1, wide ? width : height)}
          onChange={(to) => {
            view.set(wide ? { beside: to } : { above: to });
          }}
        />
        <Views {...{ model, values, chain, routes, input, targets }} />
      </main>
      {!wide && loss}
    </>
  );
}

/** Whether the graph stands beside the tabs: on a wide screen, and in a presentation where it is no smaller there than above them. */
function useBeside(model: ModelSlice, width: number, height: number): boolean {
  const { layers } = model.network;
  const presentation = useView((state) => state.presentation);
  const beside = useView((state) => state.beside);
  const folding = useFolding(model);
  return useMemo(() => {
    if (width < WIDE || !presentation) return width >= WIDE;
    const scaleIn = (viewport: Viewport): number => fit(layoutGraph(layers, folding, viewport).bounds, viewport).scale;
    return scaleIn({ width: beside * width, height }) >= scaleIn({ width, height: MOST * height - LEGEND });
  }, [layers, folding, presentation, beside, width, height]);
}

/**
 * The height that the whole graph fills at this width, with its units so many times as far apart as they must be; where that is
 * more than `most`, the height of the graph with compact units, or `most`.
 */
function useGraphHeight(model: ModelSlice, width: number, apart: number, most: number): number {
  const { network } = model;
  const folding = useFolding(model);
  return useMemo(() => {
    const height = roomyHeight(network.layers, folding, apart);
    const { bounds } = layoutGraph(network.layers, folding, { width, height });
    const roomy = Math.max(heightFor(bounds, width), roomyHeight(network.layers, folding, TIGHT));
    if (roomy <= most) return roomy;
    const compact = layoutGraph(network.layers, folding, { width, height: Math.max(0, most) });
    return Math.min(most, heightFor(compact.bounds, width));
  }, [network.layers, folding, width, apart, most]);
}

interface ViewsProps extends InspectorProps {
  readonly chain: ReturnType<typeof useChain>;
  readonly routes: ReturnType<typeof routesOf>;
  readonly input: ChosenInput;
  readonly targets: Float64Array | undefined;
}

function Views({ model, values, chain, routes, input, targets }: ViewsProps) {
  const { view } = usePanel();
  const chosen = useView((state) => state.tab);
  const comparison = useHostState((state) => state.comparison);
  const tab = chosen === 'compare' && !comparison ? 'chain' : chosen;
  return (
    <Tabs
      label="Views"
      tabs={comparison ? [...tabs, compareTab] : tabs}
      current={tab}
      onChange={(next) => {
        view.set({ tab: next });
      }}
    >
      {tab === 'compare' && comparison && <CompareView {...{ model, values, comparison, routes }} />}
      {tab === 'chain' && <ChainView {...{ model, values, chain, routes, input }} />}
      {tab === 'check' && <CheckView {...{ model, values }} />}
      {tab === 'learning' && <LearningView {...{ model, values }} />}
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
