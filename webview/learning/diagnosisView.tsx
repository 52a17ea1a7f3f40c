import { useState } from 'preact/hooks';
import type { LearningDiagnosis, Finding, FindingSeverity } from '../../src/core/doctor';
import { pathEdits } from '../../src/core/doctor/changes';
import { causeInWords, SHOWN, type CauseCode, type SeenIn } from '../../src/core/doctor/finding';
import type { ParameterId } from '../../src/core/network';
import { useAnswer } from '../answer';
import { Button } from '../controls';
import { Empty } from '../empty';
import { show, showCount } from '../names';
import { useDigits, usePanel, useHostState } from '../panel';
import type { PanelArrangement } from '../state';
import { FindingList } from '../findingList';
import type { LearningProps } from './learningView';

/** Why the network does not learn: every cause that was found, with its number, and what fixes it. */
export function DiagnosisView({ model, values }: LearningProps) {
  const { host } = usePanel();
  const running = useHostState(({ training }) => training.status === 'running');
  // Each attempt is a question of its own: one that was canceled stays without an answer.
  const [attempt, setAttempt] = useState({ number: 0, isCanceled: false });
  const subject = running || attempt.isCanceled ? null : `${String(model.revision)} ${String(attempt.number)}`;
  const { value, error } = useAnswer(subject, model.revision, () => host.diagnosis({ revision: model.revision }));
  if (running) return <DuringRun />;
  if (attempt.isCanceled || error) {
    return (
      <Empty
        title={error ? 'No diagnosis' : 'Diagnosis canceled'}
        action={
          <Button
            label="Diagnose again"
            onClick={() => {
              setAttempt({ number: attempt.number + 1, isCanceled: false });
            }}
          />
        }
      >
        {error ?? 'The network was not diagnosed.'}
      </Empty>
    );
  }
  if (!value) {
    return (
      <div class="landscape-bar">
        <span class="muted" role="status">
          Training the network on trial…
        </span>
        <Button
          label="Cancel"
          onClick={() => {
            setAttempt({ ...attempt, isCanceled: true });
            void host.leave('diagnosis');
          }}
        />
      </div>
    );
  }
  return <Found found={value} {...{ model, values }} />;
}

/** What the run shows of itself; causes that need a trial wait for its end. */
function DuringRun() {
  const isWell = useHostState(({ training }) => training.findings.length === 0);
  return (
    <section class="diagnosis" aria-label="Diagnosis">
      <p class="curvature-place">{isWell ? 'Training. Nothing wrong so far.' : 'Training. The run shows:'}</p>
      <FindingList />
      <p class="muted">Pause or stop the run for a full diagnosis, which trains the network on trial.</p>
    </section>
  );
}

function Found({ found, ...props }: LearningProps & { readonly found: LearningDiagnosis }) {
  const digits = useDigits();
  const { findings, epochs, epochsAsked, lossBefore, lossAfter } = found;
  const part = epochs < epochsAsked ? ` of ${showCount(epochsAsked)}` : '';
  const isSevere = findings.some(({ severity }) => severity === 'severe');
  return (
    <section class="diagnosis" aria-label="Diagnosis">
      <p class="curvature-place">
        {isSevere
          ? 'The network does not learn.'
          : findings.length > 0
            ? 'The network learns.'
            : 'Nothing found that keeps the network from learning.'}
      </p>
      <p class="muted">
        In a trial run of {showCount(epochs)}
        {part} epochs, J goes from <span class="numeric">{show(lossBefore, digits)}</span> to{' '}
        <span class="numeric">{show(lossAfter, digits)}</span>. The file is not changed.
      </p>
      <ul class="causes">
        {findings.map((finding) => (
          <Cause key={`${finding.code} ${String(finding.layer)}`} {...{ finding, ...props }} />
        ))}
      </ul>
    </section>
  );
}

/** What leads there, and the arrangement that shows it. */
const VIEWS: Readonly<Record<SeenIn, { readonly label: string; readonly shows: Partial<PanelArrangement> }>> = {
  curve: { label: 'Show the loss curve', shows: { loss: 'open' } },
  curvature: { label: 'Show the curvature', shows: { learning: 'curvature' } },
  landscape: { label: 'Show the landscape', shows: { learning: 'landscape' } },
  samples: { label: 'Show the samples’ gradients', shows: { learning: 'samples' } },
  histograms: { label: 'Show the histograms', shows: { learning: 'histograms' } },
  data: { label: 'Show the data', shows: { tab: 'data' } },
  predictions: { label: 'Show the predictions', shows: { tab: 'predictions' } },
  parameters: { label: 'Show the parameters', shows: { tab: 'parameters' } },
};

/** A weight to select that shows the place: of a gradient one of θ^(l), else one that leads to the unit; null for an input. */
function parameterOf(code: CauseCode, layer: number, units: readonly number[]): ParameterId | null {
  const [unit = 1] = units;
  if (SHOWN[code].ofGradient && units.length === 0) return { layer, to: 1, from: 1 };
  return layer > 1 ? { layer: layer - 1, to: unit, from: 1 } : null;
}

const SEVERITIES: Readonly<Record<FindingSeverity, string>> = { severe: 'Cause', warning: 'Warning', note: 'Note' };

function Cause({ finding, model }: LearningProps & { readonly finding: Finding }) {
  const { host, view } = usePanel();
  const digits = useDigits();
  const { code, severity, message, remedy, layer, units, rows } = finding;
  const inText = remedy && pathEdits(model.network, remedy.changes) !== undefined;
  const [row] = rows ?? [];
  const parameter = layer === undefined ? null : parameterOf(code, layer, units ?? []);
  const { seenIn } = SHOWN[code];
  const hasCurve = useHostState(({ history }) => history !== null);
  return (
    <li class={`cause ${severity}`}>
      <h2>
        <span class="severity">{SEVERITIES[severity]}</span> {titleOf(code)}
      </h2>
      <p>{message}</p>
      {remedy && (
        <p class="remedy">
          <strong>{remedy.message}</strong>{' '}
          <span class="muted">
            Tried for {showCount(remedy.epochs)} epochs: {remedy.ofHeldOut ? 'loss of the held-out rows' : 'J'} ={' '}
            <span class="numeric">{show(remedy.lossAfter, digits)}</span> instead of{' '}
            <span class="numeric">{show(remedy.lossBefore, digits)}</span>.
          </span>
        </p>
      )}
      <p class="cause-actions">
        {remedy && inText && (
          <Button
            label="Change the file"
            title={remedy.message}
            onClick={() => void host.applyRemedy(remedy.changes)}
          />
        )}
        {parameter && (
          <Button
            label={units && units.length > 0 ? 'Show the unit' : 'Show the layer'}
            onClick={() => void host.select(parameter)}
          />
        )}
        {(seenIn !== 'curve' || hasCurve) && (
          <Button
            label={VIEWS[seenIn].label}
            onClick={() => {
              view.set(VIEWS[seenIn].shows);
            }}
          />
        )}
        {row !== undefined && <Button label="Show the row" onClick={() => void host.selectSample(row)} />}
      </p>
    </li>
  );
}

/** `step-too-large` → `Step too large` */
function titleOf(code: CauseCode): string {
  const words = causeInWords(code);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
