import { useMemo, useState } from 'preact/hooks';
import type { LossSlice } from '../../src/core/chain/nudge';
import type { ParameterId } from '../../src/core/network';
import { useAnswer } from '../answer';
import { IconButton, NumberField, Slider } from '../controls';
import { convention, parameterName, show, showCount } from '../names';
import { useDigits, usePanel } from '../panel';
import { DescentPart } from './descent';
import { kinkName } from './kinkName';
import { NoNumbers } from './noNumbers';
import type { ReadingProps } from './readings';
import { SlicePlot } from './slicePlot';

/** Even places of the slice, and of the slider's handle on either side. */
const POINTS = 121;
const PLACES = 200;

/** What J does when the parameter is moved: predicted by the derivative, and truly; and one step of gradient descent. */
export function NudgeView({ model, values, parameter, chain }: ReadingProps) {
  const { host } = usePanel();
  const sample = values?.sample ?? null;
  const { revision } = model;
  const about = { revision, parameter, sample };
  const { reach, step, setReach, setStep } = useNudge(parameter, chain?.value ?? 0);
  const subject = chain ? JSON.stringify(about) : null;
  const slice = useAnswer(subject, `${String(values?.revision ?? 0)} ${String(reach)}`, () =>
    host.slice({ ...about, range: { from: -reach, to: reach, points: POINTS } }),
  );
  const gain = useAnswer(subject, `${String(values?.revision ?? 0)} ${String(step)}`, async () => ({
    step,
    gain: await host.nudge({ ...about, step }),
  }));
  if (!chain) return <NoNumbers />;
  const error = slice.error ?? gain.error;
  if (error) return <p class="hint">{error}</p>;
  const j = convention(model.network, sample).left;
  const name = parameterName(model.network, parameter);
  const loss = values?.analysis?.loss ?? NaN;
  return (
    <>
      <Move {...{ reach, step, setReach, setStep }} name={name} />
      {slice.value ? (
        <div class="slice" aria-busy={slice.outdated}>
          <SlicePlot
            slice={slice.value}
            {...{ j, name, loss, step }}
            value={chain.value}
            gradient={chain.gradient}
            gain={gain.value?.step === step ? gain.value.gain : undefined}
            onStep={setStep}
          />
          <Kinks slice={slice.value} value={chain.value} name={name} />
        </div>
      ) : (
        <p class="hint" role="status">
          Computing {j} along {name}…
        </p>
      )}
      <NudgeComparison j={j} name={name} gradient={chain.gradient} loss={loss} step={step} known={gain.value} />
      <DescentPart {...{ model, values, parameter, j, name }} onStep={setStep} />
    </>
  );
}

/** Δ, and how far it can be dragged; both begin anew with each parameter. */
function useNudge(parameter: ParameterId, value: number) {
  const first = useMemo(() => {
    const reach = 2 ** Math.max(0, Math.ceil(Math.log2(Math.abs(value) || 1)));
    return { reach, step: reach / 10 };
    // Where training moves the value, the range stays.
  }, [parameter]);
  const [own, setOwn] = useState({ first, ...first });
  const { reach, step } = own.first === first ? own : first;
  return {
    reach,
    step,
    setReach: (to: number): void => {
      setOwn({ first, reach: to, step: Math.max(-to, Math.min(to, step)) });
    },
    /** A step beyond the range widens it. */
    setStep: (to: number): void => {
      const wide = Math.abs(to) > reach ? 2 ** Math.ceil(Math.log2(Math.abs(to))) : reach;
      setOwn({ first, reach: wide, step: to });
    },
  };
}

interface MoveProps {
  readonly reach: number;
  readonly step: number;
  readonly setReach: (reach: number) => void;
  readonly setStep: (step: number) => void;
  readonly name: string;
}

function Move({ reach, step, setReach, setStep, name }: MoveProps) {
  const digits = useDigits();
  return (
    <div class="nudge-move" role="group" aria-label={`Move ${name} by Δ`}>
      <span class="nudge-label">Δ{name} =</span>
      <NumberField label={`Δ of ${name}`} value={step} onChange={setStep} />
      <Slider
        label={`Δ of ${name}`}
        value={step}
        min={-reach}
        max={reach}
        step={reach / PLACES}
        text={show(step, digits)}
        onInput={setStep}
      />
      <span class="muted numeric">±{show(reach, digits)}</span>
      <IconButton
        label="Halve the range"
        icon="minus"
        onClick={() => {
          setReach(reach / 2);
        }}
      />
      <IconButton
        label="Double the range"
        icon="plus"
        onClick={() => {
          setReach(reach * 2);
        }}
      />
    </div>
  );
}

interface ComparisonProps {
  readonly j: string;
  readonly name: string;
  readonly gradient: number;
  readonly loss: number;
  readonly step: number;
  readonly known: { readonly step: number; readonly gain: number } | undefined;
}

/** A difference this small beside J is a matter of rounding. */
const ROUNDING = 1e-14;

/** ∂J/∂θ · Δ beside J(θ + Δ) − J(θ). */
function NudgeComparison({ j, name, gradient, loss, step, known }: ComparisonProps) {
  const digits = useDigits();
  const predicted = gradient * step;
  const gain = known?.step === step ? known.gain : undefined;
  const difference = gain === undefined ? undefined : gain - predicted;
  const rounded = difference !== undefined && step !== 0 && Math.abs(difference) <= ROUNDING * Math.abs(loss);
  return (
    <dl class="comparison" aria-busy={gain === undefined}>
      <div class="sum-row">
        <dt>
          predicted{' '}
          <span class="muted">
            ∂{j}/∂{name} · Δ
          </span>
        </dt>
        <dd class="numeric">{show(predicted, digits)}</dd>
      </div>
      <div class="sum-row">
        <dt>
          actual Δ{j}{' '}
          <span class="muted">
            {j}({name} + Δ) − {j}({name})
          </span>
        </dt>
        <dd class="numeric">{show(gain, digits)}</dd>
      </div>
      <div class="sum-row">
        <dt>
          difference <span class="muted">{rounded ? 'rounding error' : 'error of the tangent'}</span>
        </dt>
        <dd class="numeric">{show(difference, digits)}</dd>
      </div>
    </dl>
  );
}

/** Kinks that are named. */
const NAMED = 3;

function Kinks({
  slice: { kinks, kinkCount },
  value,
  name,
}: {
  readonly slice: LossSlice;
  readonly value: number;
  readonly name: string;
}) {
  const digits = useDigits();
  if (kinkCount === 0) return <p class="hint">No kinks in this range.</p>;
  const named = kinks.slice(0, NAMED).map((kink) => `${show(value + kink.step, digits)} (${kinkName(kink)})`);
  const more = kinkCount - named.length;
  return (
    <p class="hint">
      {kinkCount === 1 ? 'One kink' : `${showCount(kinkCount)} kinks, the nearest`} at {name} = {named.join(', ')}
      {more > 0 && ` and ${showCount(more)} more`}.
    </p>
  );
}
