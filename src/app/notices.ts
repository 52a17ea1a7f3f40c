import type { Problem } from '../format';
import type { Notice } from '../protocol';
import type { OpenText } from './editor';
import type { Session } from './session';

const MOST_DETAILS = 20;

/** The one notice above the panel, the gravest first: errors of the text, a failure, then what a run and an edit left apart. */
export function noticeFor({ document, text, view, training, values }: Session): Notice | null {
  const errors = text.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const count = errors.length === 1 ? 'The text has an error' : `The text has ${String(errors.length)} errors`;
    const rest = errors.length - MOST_DETAILS;
    return {
      severity: 'error',
      message: view.shown ? `${count}. Showing the last valid network.` : `${count}.`,
      details: [
        ...errors.slice(0, MOST_DETAILS).map((problem) => problemAt(document, problem)),
        ...(rest > 0 ? [`and ${String(rest)} more`] : []),
      ],
      actions: ['problems'],
    };
  }
  if (values.failure) return { severity: 'error', message: values.failure, details: [], actions: [] };
  if (training.interrupted) {
    const epoch = `epoch ${String(training.state?.epoch ?? 0)}`;
    const since = view.textIsAhead ? ' The text has changed since.' : '';
    const message = `Training was interrupted at ${epoch}, by a reload or by closing the file. Progress up to there was saved.${since}`;
    return { severity: 'warning', message, details: [], actions: ['resume', 'discard'] };
  }
  if (view.textIsAhead && training.active) {
    const message = 'The text has changed since this run began. The panel still shows the network being trained.';
    return { severity: 'info', message, details: [], actions: [] };
  }
  if (view.textIsAhead) {
    const message = 'The text has changed since this run began. The panel still shows the run’s network.';
    return { severity: 'info', message, details: [], actions: ['reset'] };
  }
  if (training.restored && view.unwritten) {
    const message = `Trained weights (epoch ${String(training.state?.epoch ?? 0)}) were restored. They are not in the file.`;
    return { severity: 'info', message, details: [], actions: ['write', 'discard'] };
  }
  if (view.hiddenRun) {
    const shown = view.unwritten ? 'weights that you moved' : 'the edited file’s weights';
    const message = `Showing ${shown}; trained weights (epoch ${String(view.hiddenRun.epoch)}) are kept.`;
    return { severity: 'info', message, details: [], actions: ['trained'] };
  }
  return null;
}

function problemAt(document: OpenText, { offset, message }: Problem): string {
  return `line ${String(document.positionAt(offset).line + 1)}: ${message}`;
}
