import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { Tabs } from '../controls';
import { Empty } from '../empty';
import { usePanel, useHostState, useView } from '../panel';
import type { LearningTopic } from '../state';
import { CurvatureView } from './curvatureView';
import { DiagnosisView } from './diagnosisView';
import { HistogramView } from './histogramView';
import { LandscapeView } from './landscapeView';
import { SamplePullView } from './samplePullView';

export interface LearningProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
}

const topics: readonly { readonly id: LearningTopic; readonly title: string }[] = [
  { id: 'diagnosis', title: 'Diagnosis' },
  { id: 'curvature', title: 'Curvature' },
  { id: 'landscape', title: 'Landscape' },
  { id: 'samples', title: 'Samples’ gradients' },
  { id: 'histograms', title: 'Histograms' },
];

/** Why J falls as it does, or does not. */
export function LearningView({ model, values }: LearningProps) {
  const { view } = usePanel();
  const saved = useView((state) => state.learning);
  const topic = topics.some(({ id }) => id === saved) ? saved : 'diagnosis';
  const hidden = useHostState(({ exercise }) => exercise !== null);
  if (hidden)
    return <Empty title="Hidden during the exercise">Gradients stay hidden until all claims are correct.</Empty>;
  if (model.samples === 0) {
    return (
      <Empty title="No data">
        Add <code>"data"</code> to see why the network learns, or does not.
      </Empty>
    );
  }
  return (
    <div class="learning">
      <Tabs
        label="What to look at"
        name="readings"
        tabs={topics}
        current={topic}
        onChange={(next) => {
          view.set({ learning: next });
        }}
      >
        <div class="reading" key={topic}>
          {topic === 'diagnosis' && <DiagnosisView {...{ model, values }} />}
          {topic === 'curvature' && <CurvatureView {...{ model, values }} />}
          {topic === 'landscape' && <LandscapeView {...{ model, values }} />}
          {topic === 'samples' && <SamplePullView {...{ model, values }} />}
          {topic === 'histograms' && <HistogramView {...{ model, values }} />}
        </div>
      </Tabs>
    </div>
  );
}
