import { useMemo, useRef } from 'preact/hooks';
import type { ParameterCheck } from '../../src/core/check';
import type { StepCurve } from '../../src/core/check/stepCurve';
import type { ModelSlice } from '../../src/protocol';
import { useAnswer } from '../answer';
import { endsOf, logScale } from '../axis';
import { Button } from '../controls';
import { useSize } from '../graph/useSize';
import { parameterName, show } from '../names';
import { openChain, usePanel } from '../panel';
import { Picture } from '../savePicture/picture';
import { errorPoints, orderInWords } from './curve';
import { VerdictMark } from './verdictMark';

interface StepDetailProps {
  readonly model: ModelSlice;
  readonly row: ParameterCheck;
  readonly sample: number | null;
  /** Of the values that the report is about. */
  readonly revision: number;
}

/** One parameter: the criterion that decided, the Taylor order, and how far a plain quotient would be off at every step. */
export function StepDetail({ model, row, sample, revision }: StepDetailProps) {
  const panel = usePanel();
  const { host } = panel;
  const { parameter, analytic, verdict, reason, errorBound } = row;
  const { layer, to, from } = parameter;
  const subject = Number.isFinite(analytic) ? [model.revision, sample, layer, to, from, analytic].join(' ') : null;
  const { value, error } = useAnswer(subject, revision, () =>
    host.stepCurve({ revision: model.revision, parameter, sample, gradient: analytic }),
  );
  return (
    <section class="step-detail" aria-label="Selected parameter">
      <div class="step-head">
        <p>
          <VerdictMark verdict={verdict} reason={reason} />{' '}
          <span class="symbol-text">{parameterName(model.network, parameter)}</span>: {reason}.
        </p>
        <Button
          label="Show chain"
          onClick={() => {
            openChain(panel, parameter);
          }}
        />
      </div>
      <p class="muted" role="status">
        {value ? `${orderInWords(value.order)}.` : (error ?? '')}
      </p>
      {value && <StepPlot curve={value} gradient={analytic} bound={errorBound} />}
    </section>
  );
}

interface StepPlotProps {
  readonly curve: StepCurve;
  readonly gradient: number;
  readonly bound: number;
}

const HEIGHT = 120;
const margin = { left: 66, right: 10, top: 8, bottom: 20 };

/** Error against step, both logarithmic: too large a step truncates, too small a one rounds. */
function StepPlot({ curve, gradient, bound }: StepPlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const points = useMemo(() => errorPoints(curve, gradient), [curve, gradient]);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return <p class="muted">The difference quotient is exact at every step.</p>;
  const best = points.reduce((least, point) => (point.error < least.error ? point : least));
  const most = points.reduce((worst, point) => (point.error > worst.error ? point : worst));
  const steps = points.map(({ step }) => step);
  const errors = points.map(({ error }) => error);
  const at = logScale(endsOf(steps, true), [margin.left, width - margin.right]).at;
  const ends = endsOf(bound > 0 ? [...errors, bound] : errors, true);
  const y = logScale(ends, [HEIGHT - margin.bottom, margin.top]).at;
  const path = points
    .map(({ step, error }, k) => `${k === 0 ? 'M' : 'L'}${at(step).toFixed(1)} ${y(error).toFixed(1)}`)
    .join('');
  const words =
    `Error of the central difference quotient: ${show(first.error, 2)} at h = ${show(first.step, 2)}, ` +
    `smallest ${show(best.error, 2)} at h = ${show(best.step, 2)}, ${show(last.error, 2)} at h = ${show(last.step, 2)}; ` +
    `error bound of the check ${show(bound, 2)}`;
  return (
    <Picture of="steps" class="step-plot" frame={frame}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={words}>
          <line
            class="axis"
            x1={margin.left}
            x2={width - margin.right}
            y1={HEIGHT - margin.bottom}
            y2={HEIGHT - margin.bottom}
          />
          {bound > 0 && (
            <line class="bound" x1={margin.left} x2={width - margin.right} y1={y(bound)} y2={y(bound)}>
              <title>error bound of the check: {show(bound, 2)}</title>
            </line>
          )}
          <path class="curve" d={path} />
          <circle class="best" cx={at(best.step)} cy={y(best.error)} r={3.5}>
            <title>
              smallest error {show(best.error, 2)} at h = {show(best.step, 2)}
            </title>
          </circle>
          <text x={margin.left - 6} y={y(most.error) + 4} text-anchor="end">
            {show(most.error, 2)}
          </text>
          <text x={margin.left - 6} y={y(best.error) + 4} text-anchor="end">
            {show(best.error, 2)}
          </text>
          <text x={at(last.step)} y={HEIGHT - 5} text-anchor="start">
            h = {show(last.step, 2)}
          </text>
          <text x={at(first.step)} y={HEIGHT - 5} text-anchor="end">
            h = {show(first.step, 2)}
          </text>
        </svg>
      )}
    </Picture>
  );
}
