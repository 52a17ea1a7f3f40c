import type { ComponentChildren } from 'preact';
import type { Chain } from '../../src/core/chain';
import type { ParameterId } from '../../src/core/network';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { Tabs } from '../controls';
import { usePanel, useView } from '../panel';
import type { ChainReading } from '../state';
import { MatrixView } from './matrixView';
import { NudgeView } from './nudgeView';
import { RecursionView } from './recursionView';
import type { Route } from './routes';
import { SamplesView } from './samplesView';

export interface ReadingProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly parameter: ParameterId;
  /** Undefined where the file has no data. */
  readonly chain: Chain | undefined;
  readonly routes: readonly Route[];
}

interface ReadingsProps extends ReadingProps {
  /** The first reading: the paths. */
  readonly children: ComponentChildren;
}

const TITLES: Readonly<Record<ChainReading, string>> = {
  paths: 'Paths',
  recursion: 'δ recursion',
  matrix: 'Matrix form',
  samples: 'Samples',
  nudge: 'Nudge',
};

const ALL = ['paths', 'recursion', 'matrix', 'samples', 'nudge'] as const satisfies readonly ChainReading[];

interface ReadingTabsProps<R extends ChainReading> {
  readonly readings: readonly ['paths', ...R[]];
  readonly children: (reading: R | 'paths') => ComponentChildren;
}

/** The readings that a derivative has, one of them open: the one that was chosen last, or else the paths. */
export function ReadingTabs<R extends ChainReading>({ readings, children }: ReadingTabsProps<R>) {
  const { view } = usePanel();
  const saved = useView((state) => state.reading);
  const reading = readings.find((one) => one === saved) ?? 'paths';
  return (
    <Tabs
      label="Readings of the derivative"
      name="readings"
      tabs={readings.map((id) => ({ id, title: TITLES[id] }))}
      current={reading}
      onChange={(next) => {
        view.set({ reading: next });
      }}
    >
      <div class="reading" key={reading}>
        {children(reading)}
      </div>
    </Tabs>
  );
}

/** One derivative, read in different ways. */
export function Readings({ children, ...props }: ReadingsProps) {
  return (
    <ReadingTabs readings={ALL}>
      {(reading) => (
        <>
          {reading === 'paths' && children}
          {reading === 'recursion' && <RecursionView {...props} />}
          {reading === 'matrix' && <MatrixView {...props} />}
          {reading === 'samples' && <SamplesView {...props} />}
          {reading === 'nudge' && <NudgeView {...props} />}
        </>
      )}
    </ReadingTabs>
  );
}
