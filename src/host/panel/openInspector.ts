import * as vscode from 'vscode';
import { sidesFor, type Group, type Sides } from './sides';

/** The custom editor's name in the manifest. */
export const VIEW_TYPE = 'gradientInspector.inspector';

/** Opens the inspector beside the text of `uri`, and the text first where it is not on the screen on its side. */
export async function openInspector(uri: vscode.Uri): Promise<void> {
  const sides = sidesFor(groups(), uri.toString());
  await showOnItsSide(uri, sides, false);
  await vscode.commands.executeCommand('vscode.openWith', uri, VIEW_TYPE, {
    viewColumn: sides.inspector,
    preserveFocus: true,
  });
}

/** Shows the text of `uri` on the side of texts, with the focus. */
export async function showText(uri: vscode.Uri): Promise<void> {
  await showOnItsSide(uri, sidesFor(groups(), uri.toString()), true);
}

/** The tabs that hold an inspector. */
export function inspectorTabs(): readonly { readonly tab: vscode.Tab; readonly uri: vscode.Uri }[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.flatMap((tab) => {
      const { input } = tab;
      return input instanceof vscode.TabInputCustom && input.viewType === VIEW_TYPE ? [{ tab, uri: input.uri }] : [];
    }),
  );
}

/** A text that was opened among the inspectors moves to the side of texts. */
async function showOnItsSide(uri: vscode.Uri, sides: Sides, focus: boolean): Promise<void> {
  const isOf = (tab: vscode.Tab): boolean =>
    tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === uri.toString();
  const { tabGroups, visibleTextEditors } = vscode.window;
  const visible = visibleTextEditors.some(
    ({ document, viewColumn }) => document.uri.toString() === uri.toString() && Number(viewColumn) === sides.text,
  );
  if (focus || !visible) await vscode.window.showTextDocument(uri, { viewColumn: sides.text, preview: false });
  if (sides.text === sides.inspector) return;
  // As the tabs are now: VS Code refuses to close one that showing the text has made anew.
  const among = tabGroups.all
    .filter(({ viewColumn }) => Number(viewColumn) === sides.inspector)
    .flatMap(({ tabs }) => tabs);
  await tabGroups.close(among.filter(isOf), true);
}

function groups(): Group[] {
  return vscode.window.tabGroups.all.map(({ viewColumn, isActive, tabs }) => ({
    column: viewColumn,
    isActive,
    texts: tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri.toString()] : [])),
    inspectors: tabs.flatMap(({ input }) =>
      input instanceof vscode.TabInputCustom && input.viewType === VIEW_TYPE ? [input.uri.toString()] : [],
    ),
  }));
}
