import { pathEdits, type Change } from '../core/doctor/changes';
import { changeKeys } from '../format';
import type { Editor } from './editor';
import type { Session } from './session';

/** Makes the changes of a remedy in the text, as one step to undo. */
export async function applyRemedy(
  { document, text }: Session,
  editor: Editor,
  changes: readonly Change[],
): Promise<void> {
  const read = await text.current();
  const network = read?.file.network;
  if (!read) return;
  if (!network) {
    void editor.error('The change was not made: the text has errors. Fix them first.');
    return;
  }
  const edits = pathEdits(network, changes);
  if (!edits || document.version !== read.version) return;
  const made = await editor.edit(document, changeKeys(read.text, edits));
  if (!made) void editor.error('The change was not made: the text changed meanwhile.');
}
