import * as vscode from 'vscode';
import { writeWeights, type TextEdit } from '../format';
import { sameShape } from './models';
import type { Session, WrittenModel } from './session';

/** The answer that opens the weights in a file of their own. */
export const OPEN_AS_NEW = 'Open as new file';

/** From here on, many small edits cost VS Code more than one large one. */
const MANY_EDITS = 500;

/**
 * "Write weights to file": one undoable edit of the numbers alone. Where the text changed since these weights were trained, it
 * asks if they still fit, and offers a new file if they do not. Resolves to true once the text holds them.
 */
export async function writeWeightsToFile(session: Session): Promise<boolean> {
  const { document, view } = session;
  const read = await session.current();
  const textModel = read?.file.network;
  if (!view || !read) return false;
  if (!textModel) {
    void vscode.window.showErrorMessage(
      'The weights were not written: the text has errors. Mend them first; the weights are kept.',
    );
    return false;
  }
  const target = { ...view.model, network: textModel };
  if (!sameShape(view.model, target)) return offerNewFile(session.textOf(view.model), view.theta);
  if (session.textIsAhead && !(await confirmChangedText())) return false;
  if (document.version !== read.version) return false;

  const text = document.getText();
  const edits = writeWeights(text, read.file.source, view.theta);
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, length, text: replacement } of edits.length > MANY_EDITS ? [merge(text, edits)] : edits) {
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    edit.replace(document.uri, range, replacement);
  }
  const written = await vscode.workspace.applyEdit(edit);
  if (!written)
    void vscode.window.showErrorMessage('The weights were not written: the text changed at the same moment.');
  return written;
}

async function confirmChangedText(): Promise<boolean> {
  const write = 'Write weights';
  const answer = await vscode.window.showWarningMessage(
    'The text has changed since these weights were trained. Its network has the same shape: write them all the same?',
    { modal: true },
    write,
  );
  return answer === write;
}

/** The text now holds a network of another shape: the run's own text, with its weights, becomes a new document. */
async function offerNewFile(trained: WrittenModel | undefined, theta: Float64Array): Promise<false> {
  const answer = await vscode.window.showWarningMessage(
    'The weights were not written: the text’s network has another shape than the one that was trained.',
    ...(trained ? [OPEN_AS_NEW] : []),
  );
  if (answer === OPEN_AS_NEW && trained) await openAsNewFile(trained, theta);
  return false;
}

/** A new document: the text that a network was read from, with these weights. */
export async function openAsNewFile({ text, source }: WrittenModel, theta: Float64Array): Promise<void> {
  const content = apply(text, writeWeights(text, source, theta));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'json', content }));
}

/** One edit from the first to the last of `edits`, with the same effect. */
function merge(text: string, edits: readonly TextEdit[]): TextEdit {
  const sorted = [...edits].sort((a, b) => a.offset - b.offset);
  const start = sorted[0]?.offset ?? 0;
  const last = sorted.at(-1);
  const end = last ? last.offset + last.length : 0;
  const inside = sorted.map((edit) => ({ ...edit, offset: edit.offset - start }));
  return { offset: start, length: end - start, text: apply(text.slice(start, end), inside) };
}

/** `text` with all `edits` (sorted, not overlapping) made. */
function apply(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { offset, length, text: replacement } of edits) {
    parts.push(text.slice(from, offset), replacement);
    from = offset + length;
  }
  return parts.join('') + text.slice(from);
}
