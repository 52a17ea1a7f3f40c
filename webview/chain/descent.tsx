import { useState } from 'preact/hooks';
import type { DescentStep } from '../../src/core/descent';
import { OPTIMIZERS } from '../../src/core/functions';
import type { ParameterId } from '../../src/core/network';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { useAnswer } from '../answer';
import { Button, NumberField } from '../controls';
import { show } from '../names';
import { useDigits, usePanel, useHostState } from '../panel';

interface DescentPartProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly parameter: ParameterId;
  readonly j: string;
  readonly name: string;
  /** Shows this parameter's own step above. */
  readonly onStep: (step: number) => void;
}

/** θ := θ − η ∂J/∂θ with its numbers: of this parameter alone, and of all of them at once. */
export function DescentPart({ model, values, parameter, j, name, onStep }: DescentPartProps) {
  const { host } = usePanel();
  const digits = useDigits();
  const training = useHostState((hostState) => hostState.training.learningRate);
  const [own, setOwn] = useState<number | null>(null);
  const learningRate = own ?? training;
  const about = { revision: model.revision, parameter, sample: values?.sample ?? null };
  const answer = useAnswer(JSON.stringify(about), `${String(values?.revision ?? 0)} ${String(learningRate)}`, () =>
    host.descend({ ...about, learningRate }),
  );
  const { isPlainDescent, label } = OPTIMIZERS[model.network.training.optimizer.type];
  return (
    <section class="descent">
      <h2>
        Gradient descent: {name} := {name} − η ∂{j}/∂{name}
      </h2>
      <div class="nudge-move">
        <span class="nudge-label">η =</span>
        <NumberField label="Learning rate η" value={learningRate} onChange={setOwn} />
        {own !== null && own !== training && (
          <Button
            label={`Use the file’s ${show(training, digits)}`}
            onClick={() => {
              setOwn(null);
            }}
          />
        )}
        {!isPlainDescent && (
          <span class="muted">The file trains with {label}; this step is plain gradient descent.</span>
        )}
      </div>
      {answer.error && <p class="hint">{answer.error}</p>}
      {answer.value && <StepRow step={answer.value} j={j} name={name} onStep={onStep} outdated={answer.outdated} />}
    </section>
  );
}

interface StepProps {
  readonly step: DescentStep;
  readonly j: string;
  readonly name: string;
  readonly onStep: (step: number) => void;
  readonly outdated: boolean;
}

function StepRow({ step, j, name, onStep, outdated }: StepProps) {
  const digits = useDigits();
  const { own, learningRate, before, gain, predicted } = step;
  const after = own.value + own.step;
  const rows = [
    { what: 'this parameter only', gain: own.gain, predicted: own.predicted, after: before + own.gain },
    { what: 'all parameters', gain, predicted, after: before + gain },
  ];
  return (
    <div class="descent-step" aria-busy={outdated}>
      <p class="descent-line">
        {own.frozen ? (
          `${name} is frozen: it stays ${show(own.value, digits)}.`
        ) : (
          <>
            <span class="numeric">
              {show(own.value, digits)} − {show(learningRate, digits)} · {bracketed(own.gradient, digits)} ={' '}
              <strong>{show(after, digits)}</strong>
            </span>
            <Button
              label="Use this step as Δ"
              onClick={() => {
                onStep(own.step);
              }}
            />
          </>
        )}
      </p>
      <table class="descent-table" aria-label={`${j} after the step`}>
        <thead>
          <tr>
            <th scope="col">
              from {j} = <span class="numeric">{show(before, digits)}</span>, moving
            </th>
            <th scope="col">{j} after</th>
            <th scope="col">Δ{j}</th>
            <th scope="col">predicted</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.what}>
              <th scope="row">{row.what}</th>
              <td class="numeric">{show(row.after, digits)}</td>
              <td class={row.gain <= 0 ? 'numeric falls' : 'numeric rises'}>{show(row.gain, digits)}</td>
              <td class="numeric">{show(row.predicted, digits)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function bracketed(value: number, digits: number): string {
  return value < 0 ? `(${show(value, digits)})` : show(value, digits);
}
