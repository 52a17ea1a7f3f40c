import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { Empty } from '../empty';
import { useTold } from '../panel';
import { CurvatureView } from './curvatureView';

export interface LearningProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
}

/** Why J falls as it does, or does not. */
export function LearningView({ model, values }: LearningProps) {
  const hidden = useTold(({ exercise }) => exercise !== null);
  if (hidden)
    return <Empty title="Hidden during the exercise">Gradients stay hidden until all claims are correct.</Empty>;
  if (model.samples === 0) return <Empty title="No data">Add “data” to see the curvature of J.</Empty>;
  return <CurvatureView {...{ model, values }} />;
}
