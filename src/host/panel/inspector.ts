import * as vscode from 'vscode';
import { connectPanel, type PanelCommands } from '../../app/panel';
import { noNetworkHtml, panelHtml } from './html';
import type { FileSession, Sessions } from '../platform/sessions';
import { webviewPlace } from './webviewPlace';

/** The inspector as a custom editor: VS Code itself restores, renames and closes it. */
export class Inspector implements vscode.CustomTextEditorProvider, vscode.Disposable {
  private readonly panels = new Map<vscode.WebviewPanel, FileSession>();
  private readonly targetChanged = new vscode.EventEmitter<void>();
  private active: FileSession | undefined;

  /** Commands are now about another session. */
  readonly onDidChangeTarget = this.targetChanged.event;

  constructor(
    /** The extension's own folder. */
    private readonly root: vscode.Uri,
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
    const dist = vscode.Uri.joinPath(this.root, 'dist');
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(this.root, 'media', `panel-${theme}.svg`);
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const connection = connectPanel(session, webviewPlace(panel, document, this.commands(session)));
    panel.webview.html = panelHtml(panel.webview, dist);
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
