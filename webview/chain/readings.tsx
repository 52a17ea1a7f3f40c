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

const tabs: readonly { readonly id: ChainReading; readonly title: string }[] = [
  { id: 'paths', title: 'Paths' },
  { id: 'recursion', title: 'δ recursion' },
  { id: 'matrix', title: 'Matrix form' },
  { id: 'samples', title: 'Samples' },
  { id: 'nudge', title: 'Nudge' },
];

/** One derivative, read in different ways. */
export function Readings({ children, ...props }: ReadingsProps) {
  const { view } = usePanel();
  const saved = useView((state) => state.reading);
  const reading = tabs.some(({ id }) => id === saved) ? saved : 'paths';
  return (
    <Tabs
      label="Readings of the derivative"
      name="readings"
      tabs={tabs}
      current={reading}
      onChange={(next) => {
        view.set({ reading: next });
      }}
    >
      <div class="reading" key={reading}>
        {reading === 'paths' && children}
        {reading === 'recursion' && <RecursionView {...props} />}
        {reading === 'matrix' && <MatrixView {...props} />}
        {reading === 'samples' && <SamplesView {...props} />}
        {reading === 'nudge' && <NudgeView {...props} />}
      </div>
    </Tabs>
  );
}
