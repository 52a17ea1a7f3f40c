import * as vscode from 'vscode';
import { connectPanel, type PanelCommands } from '../../app/panel';
import { noNetworkHtml, panelHtml } from './html';
import type { FileSession, Sessions } from '../platform/sessions';
import { webviewPlace } from './webviewPlace';

/** The custom editor's name in the manifest. */
export const VIEW_TYPE = 'gradientInspector.inspector';

/** The inspector as a custom editor: VS Code itself restores, renames and closes it. */
export class Inspector implements vscode.CustomTextEditorProvider, vscode.Disposable {
  private readonly panels = new Map<vscode.WebviewPanel, FileSession>();
  private readonly targetChanged = new vscode.EventEmitter<void>();
  private active: FileSession | undefined;

  /** Commands are now about another session. */
  readonly onDidChangeTarget = this.targetChanged.event;

  constructor(
    private readonly dist: vscode.Uri,
    private readonly sessions: Sessions,
    private readonly commands: (session: FileSession) => PanelCommands,
  ) {}

  /** Connects a panel that VS Code has opened for `document` to its session, until it is closed. */
  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const session = this.sessions.of(document);
    if (!session) {
      panel.webview.html = noNetworkHtml();
      return;
    }
    this.panels.set(panel, session);
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.dist] };
    const connection = connectPanel(session, webviewPlace(panel, document, this.commands(session)));
    panel.webview.html = panelHtml(panel.webview, this.dist);
    this.noteActive(panel);
    const viewState = panel.onDidChangeViewState(() => {
      this.noteActive(panel);
    });
    panel.onDidDispose(() => {
      this.panels.delete(panel);
      if (this.active === session) this.active = undefined;
      this.targetChanged.fire();
      vscode.Disposable.from(connection, viewState).dispose();
    });
  }

  /** The session that a command without an argument is about: the active panel's, else the active text editor's. */
  get target(): FileSession | undefined {
    return this.active ?? this.sessions.of(vscode.window.activeTextEditor?.document) ?? this.onlySession();
  }

  /** True where a panel of this session is open, in sight or not. */
  isOpen(session: FileSession): boolean {
    return [...this.panels.values()].includes(session);
  }

  private noteActive(panel: vscode.WebviewPanel): void {
    if (panel.active) this.active = this.panels.get(panel);
    else if (this.active === this.panels.get(panel)) this.active = undefined;
    this.targetChanged.fire();
  }

  dispose(): void {
    this.targetChanged.dispose();
  }

  private onlySession(): FileSession | undefined {
    const shown = [...new Set(this.panels.values())];
    return shown.length === 1 ? shown[0] : undefined;
  }
}

/** Opens the inspector beside the text of `uri`, and the text first where it is not on the screen. */
export async function openInspector(uri: vscode.Uri): Promise<void> {
  const visible = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const text = visible ?? (await vscode.window.showTextDocument(uri, { preview: false }));
  await vscode.commands.executeCommand('vscode.openWith', uri, VIEW_TYPE, {
    viewColumn: columnBeside(text.viewColumn ?? vscode.ViewColumn.One, uri),
    preserveFocus: true,
  });
}

/**
 * Where this file's inspector is already, or another's, or else to the right of the text, or to its left: a new column
 * opens only where the text stands alone, so that file after file does not cut the window into strips.
 */
function columnBeside(text: vscode.ViewColumn, uri: vscode.Uri): vscode.ViewColumn {
  const right: number = text + 1;
  const others = vscode.window.tabGroups.all.filter(({ viewColumn }) => viewColumn !== text);
  const holds = (group: vscode.TabGroup, file?: vscode.Uri): boolean =>
    group.tabs.some(
      ({ input }) =>
        input instanceof vscode.TabInputCustom &&
        input.viewType === VIEW_TYPE &&
        (!file || input.uri.toString() === file.toString()),
    );
  const found =
    others.find((group) => holds(group, uri)) ??
    others.find((group) => holds(group)) ??
    others.find(({ viewColumn }) => Number(viewColumn) === right) ??
    others[0];
  return found?.viewColumn ?? right;
}
