import type * as vscode from 'vscode';
import type { Problem } from '../format';
import type { Notice } from '../protocol';

/** What decides the notice besides the text's problems. */
interface Situation {
  /** There is a last good network to show. */
  readonly hasView: boolean;
  /** The text has a newer good network than the one on the screen. */
  readonly textIsAhead: boolean;
  readonly running: boolean;
  /** An ended run's weights were put out of sight by an edit. */
  readonly hiddenEpoch: number | undefined;
  /** A run of before a reload stands still at this epoch. */
  readonly interruptedEpoch: number | undefined;
  /** Why numbers could not be computed. */
  readonly failure: string | null;
}

const MOST_DETAILS = 20;

/** The one notice above the panel, the gravest first: errors of the text, a failure, then what a run and an edit left apart. */
export function noticeFor(
  document: vscode.TextDocument,
  problems: readonly Problem[],
  { hasView, textIsAhead, running, hiddenEpoch, interruptedEpoch, failure }: Situation,
): Notice | null {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const count = errors.length === 1 ? 'The text has an error' : `The text has ${String(errors.length)} errors`;
    const rest = errors.length - MOST_DETAILS;
    return {
      severity: 'error',
      message: hasView ? `${count}: this is the last network without one.` : `${count}.`,
      details: [
        ...errors.slice(0, MOST_DETAILS).map((problem) => describe(document, problem)),
        ...(rest > 0 ? [`and ${String(rest)} more`] : []),
      ],
      actions: ['problems'],
    };
  }
  if (failure) return { severity: 'error', message: failure, details: [], actions: [] };
  if (interruptedEpoch !== undefined) {
    const epoch = `epoch ${String(interruptedEpoch)}`;
    const since = textIsAhead ? ' The text has changed since.' : '';
    const message = `Training was interrupted at ${epoch}, by a reload or by closing the file. All up to there is kept.${since}`;
    return { severity: 'warning', message, details: [], actions: ['resume', 'discard'] };
  }
  if (textIsAhead && running) {
    const message = 'The text has changed since this run began: the view follows the run.';
    return { severity: 'info', message, details: [], actions: [] };
  }
  if (textIsAhead) {
    const message = 'The text has changed since this run began: the view shows the run’s network.';
    return { severity: 'info', message, details: [], actions: ['reset'] };
  }
  if (hiddenEpoch !== undefined) {
    const message = `The text was edited: its weights are shown. Those of epoch ${String(hiddenEpoch)} are kept.`;
    return { severity: 'info', message, details: [], actions: ['trained'] };
  }
  return null;
}

function describe(document: vscode.TextDocument, { offset, message }: Problem): string {
  return `line ${String(document.positionAt(offset).line + 1)}: ${message}`;
}
