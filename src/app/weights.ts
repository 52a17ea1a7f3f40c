import { writeWeights, type TensorFile, type TextEdit } from '../format';
import type { Editor } from './editor';
import { sameShape } from './models';
import type { Session } from './session';
import { backupOf, type NetworkText, type WrittenModel } from './text';

/** The answer that opens the weights in a file of their own. */
export const OPEN_AS_NEW = 'Open as new file';

/**
 * "Write weights to file": one undoable edit of the numbers alone. Where the text changed since these weights were trained, it
 * asks if they still fit, and offers a new file if they do not. Resolves to true once the text holds them.
 */
export async function writeWeightsToFile({ document, text, view }: Session, editor: Editor): Promise<boolean> {
  const { shown } = view;
  const read = await text.current();
  const textModel = read?.file.network;
  if (!shown || !read) return false;
  if (!textModel) {
    void editor.error('The weights were not written: the text has errors. Fix them first; the weights are kept.');
    return false;
  }
  const target = { ...shown.model, network: textModel };
  if (!sameShape(shown.model, target)) return offerNewFile(editor, text.writtenAs(shown.model), shown.theta);
  if (view.textIsAhead && !(await confirmChangedText(editor))) return false;
  if (document.version !== read.version) return false;
  let before: readonly TensorFile[];
  try {
    before = await text.writeTensors(read.file.source, shown.theta);
  } catch (error) {
    void editor.error(`The weights were not written: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
  const written = await editor.edit(document, writeWeights(read.text, read.file.source, shown.theta));
  if (!written) {
    await text.restoreTensors(before);
    void editor.error('The weights were not written: the text changed while saving.');
  } else if (before.length > 0) void offerUndo(text, editor, before);
  return written;
}

/** Files of tensors are no part of the text’s undo: what they held stands in a backup, and can be brought back at once. */
async function offerUndo(text: NetworkText, editor: Editor, before: readonly TensorFile[]): Promise<void> {
  const undo = 'Undo';
  const names = before.map(({ path }) => path).join(', ');
  const backups = before.map(({ path }) => backupOf(path)).join(', ');
  const message = `The weights were written to ${names}. What ${before.length > 1 ? 'they' : 'it'} held before is in ${backups}.`;
  if ((await editor.info(message, undo)) !== undo) return;
  try {
    await text.restoreTensors(before);
  } catch (error) {
    void editor.error(`The weights were not restored: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function confirmChangedText(editor: Editor): Promise<boolean> {
  const write = 'Write weights';
  const question =
    'The text has changed since these weights were trained. Its network has the same shape: write them anyway?';
  return (await editor.confirm(question, write)) === write;
}

/** The text now holds a network of a different shape: the run's own text, with its weights, becomes a new document. */
async function offerNewFile(editor: Editor, trained: WrittenModel | undefined, theta: Float64Array): Promise<false> {
  const answer = await editor.warning(
    'The weights were not written: the text’s network has a different shape from the one that was trained.',
    ...(trained ? [OPEN_AS_NEW] : []),
  );
  if (answer === OPEN_AS_NEW && trained) await openAsNewFile(editor, trained, theta);
  return false;
}

/** A new document: the text that a network was read from, with these weights. */
export function openAsNewFile(editor: Editor, { text, source }: WrittenModel, theta: Float64Array): Promise<void> {
  return editor.openNew(withEdits(text, writeWeights(text, source, theta)));
}

/** `text` with all `edits` (sorted, not overlapping) made. */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { offset, length, text: replacement } of edits) {
    parts.push(text.slice(from, offset), replacement);
    from = offset + length;
  }
  return parts.join('') + text.slice(from);
}
