import type { Diagnosis, Finding, Severity } from '../../src/core/doctor';
import { pathEdits } from '../../src/core/doctor/changes';
import { useAnswer } from '../answer';
import { Button } from '../controls';
import { Empty } from '../empty';
import { show, showCount } from '../names';
import { useDigits, usePanel, useHostState } from '../panel';
import type { LearningProps } from './learningView';

/** Why the network does not learn: every cause that was found, with its number, and what mends it. */
export function DiagnosisView({ model, values }: LearningProps) {
  const { host } = usePanel();
  const running = useHostState(({ training }) => training.status === 'running');
  const subject = running ? null : String(model.revision);
  const { value, error } = useAnswer(subject, model.revision, () => host.diagnosis({ revision: model.revision }));
  if (running) return <Empty title="Training">Pause or stop the run to diagnose the network.</Empty>;
  if (error) return <Empty title="No diagnosis">{error}</Empty>;
  if (!value) {
    return (
      <p class="hint" role="status">
        Training the network on trial…
      </p>
    );
  }
  return <Found found={value} {...{ model, values }} />;
}

function Found({ found, ...props }: LearningProps & { readonly found: Diagnosis }) {
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

const SEVERITIES: Readonly<Record<Severity, string>> = { severe: 'Cause', warning: 'Warning', note: 'Note' };

function Cause({ finding, model }: LearningProps & { readonly finding: Finding }) {
  const { host } = usePanel();
  const digits = useDigits();
  const { code, severity, message, remedy, layer, units, rows } = finding;
  const inText = remedy && pathEdits(model.network, remedy.changes) !== undefined;
  const [unit = 1] = units ?? [];
  const [row] = rows ?? [];
  const parameter = layer !== undefined && layer > 1 ? { layer: layer - 1, to: unit, from: 1 } : null;
  return (
    <li class={`cause ${severity}`}>
      <h3>
        <span class="severity">{SEVERITIES[severity]}</span> {titleOf(code)}
      </h3>
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
        {row !== undefined && <Button label="Show the row" onClick={() => void host.selectSample(row)} />}
      </p>
    </li>
  );
}

/** `step-too-large` → `Step too large` */
function titleOf(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ');
}
