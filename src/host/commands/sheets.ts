import * as vscode from 'vscode';
import { superscript } from '../../core/notation';
import type { ClaimedQuantity } from '../../core/exercise/exercise';
import { newSheet } from '../../app/classes/newSheet';
import type { FileSession } from '../platform/sessions';

interface Asked extends vscode.QuickPickItem {
  readonly quantities?: readonly ClaimedQuantity[];
  readonly layer?: number;
}

/** “New exercise sheet…”: asks what is asked, and opens a sheet that is not saved yet. */
export async function createSheet(
  session: FileSession,
  choice?: { quantities: ClaimedQuantity[]; layers: number[] },
): Promise<void> {
  const read = await session.text.current();
  const { own } = session.text;
  if (!read?.file.network || !own?.model.data) {
    const todo = read?.file.network ? 'Add data first.' : 'Fix the file’s errors first.';
    void vscode.window.showInformationMessage(`Cannot make an exercise sheet. ${todo}`);
    return;
  }
  const { network } = read.file;
  const chosen = choice ?? (await pickQuestions(network.layers.length));
  if (!chosen || chosen.quantities.length + chosen.layers.length === 0) return;
  const content = newSheet(read.text, network, own.model.data.training, chosen);
  const document = await vscode.workspace.openTextDocument({ language: 'json', content });
  await vscode.window.showTextDocument(document, { preview: false });
}

async function pickQuestions(layers: number): Promise<{ quantities: ClaimedQuantity[]; layers: number[] } | undefined> {
  const items: Asked[] = [
    { label: 'z and a', description: 'the forward pass', quantities: ['z', 'a'] },
    { label: 'J', description: 'the loss', quantities: ['loss'] },
    { label: 'δ', description: 'of every unit', quantities: ['delta'] },
    ...Array.from({ length: layers - 1 }, (_, index): Asked => {
      const layer = index + 1;
      return {
        label: `∂J/∂θ${superscript(`(${String(layer)})`)}`,
        description: `layer ${String(layer)}`,
        layer,
        picked: true,
      };
    }),
    { label: 'θ after one step', description: 'θ − η ∂J/∂θ', quantities: ['step'] },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'New exercise sheet',
    placeHolder: 'What does the sheet ask?',
    canPickMany: true,
  });
  if (!picked) return undefined;
  return {
    quantities: picked.flatMap(({ quantities = [] }) => quantities),
    layers: picked.flatMap(({ layer }) => (layer === undefined ? [] : [layer])),
  };
}
