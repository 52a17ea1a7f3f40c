/** Runs of other programs (`.nn-run`), shown as runs of the network that they train. */

import { METRICS, type EpochRows } from '../core/epochs';
import type { RecordedRun, RunComparison } from '../core/run';
import { formatNumber, counted } from '../core/notation';
import { readRunFile, type RunFile } from '../format/runFile';
import type { RunOutcome } from '../protocol';
import type { Model } from './compute';
import type { Session } from './session';
import { penalty } from '../core/penalty';

/** What was found out of the run that a session shows. */
interface Compared {
  readonly model: Model;
  /** Records when it was compared last. */
  readonly records: number;
  readonly comparison: RunComparison;
}

/** A run that has grown by less than this since it was compared is not compared again. */
const GROWTH = 1.5;

/** Shows recorded runs and compares them with training here; a run that grows is shown again and again. */
export class RecordedRuns {
  private readonly compared = new WeakMap<Session, Compared>();

  /**
   * Shows the run of a file: its curve, and θ at every record. Resolves when it has been compared as well. Throws an Error
   * for people where it is no run of the session’s network, which another training that is on does not make way for.
   */
  async show(session: Session, name: string, bytes: Uint8Array): Promise<void> {
    const run = readRunFile(bytes);
    await session.text.current();
    const { training, text, view } = session;
    const { model } = text;
    if (!model) throw new Error('the network has errors: fix them first');
    const count = model.network.theta.length;
    if (run.parameters !== count) {
      throw new Error(`it records ${String(run.parameters)} parameters, but the network has ${String(count)}`);
    }
    if (run.records === 0) throw new Error('it has no records yet');
    if (training.active) throw new Error('training is running: stop it first');
    const recorded = recordedRunOf(run);
    const known = this.known(session, model, run);
    const rows = rowsOf(run, recorded, model);
    const isNew = !training.isRecorded;
    const showing = (comparison: RunComparison | undefined): void => {
      training.showRecorded(model, rows, recorded.thetas, outcomeOf(name, run, comparison));
    };
    showing(known?.comparison);
    if (isNew && training.state) view.show(training.state);
    if (!model.data || (known && run.records < GROWTH * known.records)) return;
    const comparison = await session.compute.on(model).compareRun(recorded).catch(withoutComparison);
    if (!comparison) return;
    this.compared.set(session, { model, records: run.records, comparison });
    // Of a run that has grown meanwhile, its next look says it.
    if (training.isRecorded && training.state?.epoch === run.records - 1) showing(comparison);
  }

  private known(session: Session, model: Model, run: RunFile): Compared | undefined {
    const known = this.compared.get(session);
    return session.training.isRecorded && known?.model === model && known.records <= run.records ? known : undefined;
  }
}

/** A worker that is busy, or hides gradients, compares nothing: the run is shown all the same. */
function withoutComparison(): undefined {}

function recordedRunOf(run: RunFile): RecordedRun {
  const records = Array.from({ length: run.records }, (_, record) => record);
  return {
    thetas: records.map((record) => run.theta(record)),
    gradients: records.map((record) => run.gradient(record)),
    unit: run.unit,
  };
}

/** J at every record: the program records it without the penalty. */
function rowsOf(run: RunFile, { thetas }: RecordedRun, { network, data }: Model): EpochRows {
  const epochs = Float64Array.from(thetas, (_, record) => record);
  const loss = Float64Array.from(
    thetas,
    (theta, record) => run.loss(record) + penalty(network, theta, data?.training.count ?? 1),
  );
  const empty = Object.fromEntries(METRICS.map((metric) => [metric, new Float64Array()])) as Omit<EpochRows, 'epochs'>;
  return { ...empty, epochs, loss };
}

/** “Recorded in mine.nn-run: 12 epochs. The first difference from training here is at epoch 2: …” */
function outcomeOf(name: string, run: RunFile, comparison: RunComparison | undefined): RunOutcome {
  const count = run.records - 1;
  const recorded = `Recorded in ${name}: ${counted(count, run.unit)}, J = ${formatNumber(run.loss(count), 5)}.`;
  if (!comparison || comparison.compared === 0) return { kind: 'epochs', message: recorded };
  const { compared, difference } = comparison;
  const over = compared < count ? `, over the first ${counted(compared, run.unit)}` : '';
  const message = difference
    ? `The first difference from training here is at ${run.unit} ${String(difference.record)}: ${difference.message}.`
    : `It equals training here, up to rounding${over}.`;
  return { kind: 'epochs', message: `${recorded} ${message}` };
}
