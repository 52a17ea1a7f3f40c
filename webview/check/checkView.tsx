import type { CheckProgress } from '../../src/core/check';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { runCheck, stopCheck } from './check';
import { GradientsView } from './gradientsView';
import { Report } from './report';
import { Button, Choice } from '../controls';
import { Empty } from '../empty';
import { showCount } from '../names';
import { usePanel, useHostState, useView } from '../panel';
import { useStore } from '../store';

interface CheckViewProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
}

/** How far a check is; its last step has no count of its own. */
function progressText({ done, total, isRechecking }: CheckProgress): string {
  return isRechecking ? 'Rechecking the parameters that disagree…' : `${showCount(done)} of ${showCount(total)}`;
}

/** The check of our own gradients, or the judgment of the reader's. */
export function CheckView(props: CheckViewProps) {
  const { view } = usePanel();
  const shown = useView(({ checkOf }) => checkOf);
  return (
    <div class="list-view">
      <div class="list-bar">
        <Choice
          label="View"
          options={[
            { value: 'check', text: 'Gradient check' },
            { value: 'gradients', text: 'Your gradients' },
          ]}
          value={shown}
          onChange={(checkOf) => {
            view.set({ checkOf });
          }}
        />
      </div>
      {shown === 'check' ? <OwnCheck {...props} /> : <GradientsView model={props.model} />}
    </div>
  );
}

/** Backpropagation's derivatives compared with numerical ones, the worst first. */
function OwnCheck({ model, values }: CheckViewProps) {
  const panel = usePanel();
  const { running, progress, result, error } = useStore(panel.check, (state) => state);
  const exercise = useHostState((hostState) => hostState.exercise);
  const sample = values?.sample ?? null;
  const current = result && result.values === values?.revision && result.sample === sample ? result : null;
  const run = (): void => {
    void runCheck(panel);
  };

  if (model.samples === 0) {
    return <Empty title="Nothing to check">Add “data” to the file to compute J and its gradients.</Empty>;
  }
  if (exercise) {
    return (
      <Empty title="Hidden during the exercise">
        The check would reveal every ∂J/∂θ. It is available once all claims are correct; until then, claims are judged
        as you type.
      </Empty>
    );
  }
  if (running) {
    const done = progress && progress.total > 0 ? progress.done / progress.total : 0;
    return (
      <Empty
        title="Checking…"
        action={
          <Button
            label="Cancel"
            icon="stop"
            onClick={() => {
              stopCheck(panel);
            }}
          />
        }
      >
        <progress max={1} value={done} aria-label="Parameters checked" />
        <span class="numeric">{progress ? progressText(progress) : ''}</span>
      </Empty>
    );
  }
  if (!current) {
    return (
      <Empty
        title={result ? 'The weights have changed since the last check' : 'Is backpropagation right?'}
        action={<Button label="Run check" icon="play" appearance="primary" onClick={run} />}
      >
        {error ?? 'The check compares every ∂J/∂θ with a numerical derivative of J that does not use the chain rule.'}
      </Empty>
    );
  }
  return <Report model={model} result={current} onRun={run} />;
}
