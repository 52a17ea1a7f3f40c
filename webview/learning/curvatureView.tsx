import type { CurvatureSurvey, PointKind } from '../../src/core/curvature';
import type { HessianKink } from '../../src/core/hessian/kinks';
import { useAnswer } from '../answer';
import { Button } from '../controls';
import { Empty } from '../empty';
import { quantityName, SHORT, show, showCount, showPercent } from '../names';
import { useDigits, usePanel, useHostState } from '../panel';
import { superscript } from '../../src/core/notation';
import type { LearningProps } from './learningView';
import { RatePlot } from './ratePlot';
import { FLAT, SpectrumPlot } from './spectrumPlot';

/** The second derivatives of J at this θ: what they say of the learning rate, and what kind of place this is. */
export function CurvatureView({ model, values }: LearningProps) {
  const { host } = usePanel();
  const running = useHostState(({ training }) => training.status === 'running');
  const revision = values?.revision ?? 0;
  // A run has the worker to itself: what was found before it stands until it pauses or ends.
  const subject = running ? null : `${String(model.revision)} ${String(revision)}`;
  const { value, error } = useAnswer(subject, revision, () => host.curvature({ revision: model.revision }));
  if (running) return <Empty title="Training">Pause or stop training to see the curvature of J.</Empty>;
  if (error) return <Empty title="No curvature">{error}</Empty>;
  if (!value) {
    return (
      <p class="hint" role="status">
        Computing the second derivatives…
      </p>
    );
  }
  return <Survey found={value} {...{ model, values }} />;
}

const PLACES: Readonly<Record<PointKind, string>> = {
  minimum: 'A minimum: the gradient is 0, and J curves down in no direction.',
  saddle: 'A saddle: the gradient is 0, but J still curves down in some direction.',
  slope: 'A slope: the gradient is not 0, and J decreases along −∇J.',
  flat: 'Flat: the gradient is 0, and J does not curve.',
};

function Survey({ found, model, values }: LearningProps & { readonly found: CurvatureSurvey }) {
  const { host } = usePanel();
  const digits = useDigits();
  const paused = useHostState(({ training }) => training.status === 'paused');
  const theta = values?.theta;
  // Of a sample that is selected the gradient is its own.
  const gradient = values?.sample === null ? values.analysis?.gradient : undefined;
  const moveTo =
    theta && !paused
      ? (direction: Float64Array, factor: number): void => {
          const to = theta.map((value, k) => value + factor * (direction[k] ?? NaN));
          void host.moveTo({ revision: model.revision, theta: to });
        }
      : undefined;
  const rate = useHostState(({ training }) => training.learningRate);
  const { largestStableLearningRate: most, alongGradient, lambdaMax, lambdaMin, gradientNorm, spectrum } = found;
  const best = alongGradient > 0 ? 1 / alongGradient : null;
  const optimizer = model.network.training.optimizer.type;
  return (
    <section class="curvature" aria-label="Curvature">
      <p class="curvature-place">
        {Number.isFinite(gradientNorm) ? PLACES[found.kind] : 'The gradient is not finite here.'}
      </p>
      {found.wayDown && theta && (
        <p class="cause-actions">
          {moveTo && (
            <Button
              label="Step along it"
              title="Moves θ along the direction that leads down; the file is not changed"
              onClick={() => {
                moveTo(found.wayDown?.step ?? theta, 1);
              }}
            />
          )}
          <span class="muted">
            J falls to <span class="numeric">{show(found.wayDown.loss, digits)}</span> along the eigenvector of λ
            <sub>min</sub>.
          </span>
        </p>
      )}
      {most === null ? (
        !Number.isNaN(lambdaMax) && (
          <p>J does not curve up in any direction here, so the curvature sets no limit on the learning rate.</p>
        )
      ) : (
        <>
          <p>
            Largest stable learning rate: η = 2/λ<sub>max</sub> = <strong class="numeric">{show(most, digits)}</strong>.{' '}
            {rate > most ? (
              <span class="above">
                η = {show(rate, digits)} is above it: steps along the steepest direction overshoot.
              </span>
            ) : (
              <>η = {show(rate, digits)} is below it.</>
            )}
            {optimizer !== 'gd' && (
              <span class="muted">
                {' '}
                The limit is that of plain gradient descent; this network trains with {optimizer}.
              </span>
            )}
          </p>
          <RatePlot {...{ rate, most, best }} />
        </>
      )}
      {spectrum && <SpectrumPlot spectrum={spectrum} />}
      <dl class="comparison curvature-facts">
        <Fact symbol="λmax" value={show(lambdaMax, digits)} note={shareInWords(found.steepest)} />
        <Fact symbol="λmin" value={show(lambdaMin, digits)} note={shareInWords(found.lowest)} />
        {spectrum && <Fact symbol="condition number" value={show(conditionOf(spectrum), digits)} />}
        <Fact symbol="‖∇J‖₂" value={show(gradientNorm, digits)} />
        <Fact symbol="curvature along ∇J" value={show(alongGradient, digits)} />
        {best !== null && <Fact symbol="best step along −∇J" value={`η = ${show(best, digits)}`} />}
      </dl>
      {moveTo && gradient && best !== null && found.kind === 'slope' && (
        <p class="cause-actions">
          <Button
            label="Take the best step"
            title={`θ := θ − ${show(best, SHORT)} ∇J; the file is not changed`}
            onClick={() => {
              moveTo(gradient, -best);
            }}
          />
          <span class="muted">
            By the curvature along ∇J, J falls by about{' '}
            <span class="numeric">{show((best * gradientNorm ** 2) / 2, digits)}</span>. The file is not changed.
          </span>
        </p>
      )}
      {found.kinks.map((kink) => (
        <p key={`${kink.kind} ${String(kink.layer)} ${String(kink.unit)}`} class="muted">
          {kinkInWords(kink)}
        </p>
      ))}
    </section>
  );
}

interface FactProps {
  readonly symbol: string;
  readonly value: string;
  readonly note?: string | undefined;
}

function Fact({ symbol, value, note }: FactProps) {
  const [, letter, index] = /^(λ)(max|min)$/.exec(symbol) ?? [];
  return (
    <>
      <dt>
        {letter ?? symbol}
        {index && <sub>{index}</sub>}
      </dt>
      <dd>
        <span class="numeric">{value}</span>
        {note && <span class="muted">{note}</span>}
      </dd>
    </>
  );
}

/** Where most of an eigenvector lies; nothing of a network with one θ⁽¹⁾. */
function shareInWords(shares: readonly number[]): string | undefined {
  const most = Math.max(...shares);
  if (shares.length < 2 || !(most > 0)) return undefined;
  const layer = shares.indexOf(most) + 1;
  return `${showPercent(most)} of its direction is in θ${superscript(`(${String(layer)})`)}`;
}

/** max |λ| / min |λ| over the directions that are not flat: how much longer the slowest takes than the fastest allows. */
function conditionOf(spectrum: Float64Array): number {
  const sizes = spectrum.map(Math.abs);
  const most = sizes.reduce((largest, size) => Math.max(largest, size), 0);
  return most / sizes.filter((size) => size > FLAT * most).reduce((least, size) => Math.min(least, size), Infinity);
}

function kinkInWords({ kind, layer, unit, count }: HessianKink): string {
  const samples = count === 1 ? '1 sample' : `${showCount(count)} samples`;
  const places: Readonly<Record<HessianKink['kind'], string>> = {
    unit: `${quantityName({ kind: 'z', layer, unit })} is at a kink in ${samples}`,
    loss: `the loss of output ${String(unit)} is at a kink in ${samples}`,
    penalty: `${showCount(count)} of the weights θ${superscript(`(${String(layer)})`)} are 0, where the penalty has a kink`,
  };
  return `The second derivatives hold on one side only: ${places[kind]}.`;
}
