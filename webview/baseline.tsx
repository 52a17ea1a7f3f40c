import { useRef } from 'preact/hooks';
import type { ModelSlice } from '../src/protocol';
import { useAnswer } from './answer';
import { Choice, Stepper } from './controls';
import { usePanel, useHostState, useView } from './panel';

/** What the parameters are compared with. */
export interface Before {
  /** null: the file's weights. */
  readonly epoch: number | null;
  /** Undefined until it is known. */
  readonly theta: Float64Array | undefined;
  /** Why it is not. */
  readonly error: string | undefined;
}

/** θ of the file, or after the epoch of the run that the reader has chosen. */
export function useBefore(model: ModelSlice): Before {
  const { host } = usePanel();
  const baseline = useView((state) => state.baseline);
  const series = useHostState(({ history }) => history?.series);
  // Another series is another run, or another branch of this one: its epochs are others.
  const runs = useRef({ series, count: 0 });
  if (runs.current.series !== series) runs.current = { series, count: runs.current.count + 1 };
  const epoch =
    baseline >= 0 && series && series.length > 0
      ? Math.max(series.epochAt(0), Math.min(baseline, series.newest))
      : null;
  const subject = epoch === null ? null : `${String(model.revision)} ${String(runs.current.count)} ${String(epoch)}`;
  const answer = useAnswer(subject, 0, () => host.thetaAt(epoch ?? 0));
  return epoch === null
    ? { epoch, theta: model.network.theta, error: undefined }
    : { epoch, theta: answer.value, error: answer.error };
}

interface BaselineChoiceProps {
  readonly before: Before;
  /** The reader wants to see what has changed since then. */
  readonly onChoose: () => void;
}

/** Since when Δθ is: the file, or an epoch of the run. Nothing where there is no run. */
export function BaselineChoice({ before: { epoch, error }, onChoose }: BaselineChoiceProps) {
  const { view } = usePanel();
  const series = useHostState(({ history }) => history?.series);
  const newest = useHostState(({ history }) => history?.series.newest ?? 0);
  if (!series || series.length === 0) return null;
  const choose = (baseline: number): void => {
    view.set({ baseline });
    onChoose();
  };
  return (
    <div class="since">
      <span class="tool-label" aria-hidden="true">
        Δθ since
      </span>
      <Choice
        label="Δθ since"
        options={[
          { value: 'file', text: 'file' },
          { value: 'epoch', text: 'epoch' },
        ]}
        value={epoch === null ? 'file' : 'epoch'}
        onChange={(value) => {
          choose(value === 'file' ? -1 : series.epochAt(0));
        }}
      />
      {epoch !== null && <Stepper noun="epoch" value={epoch} min={series.epochAt(0)} max={newest} onChange={choose} />}
      {error !== undefined && (
        <span class="field-problem" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
