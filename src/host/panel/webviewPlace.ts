import * as vscode from 'vscode';
import type { Port } from '../../channel';
import { together } from '../../app/emitter';
import type { PanelCommands, PanelPlace } from '../../app/panel';
import { editor } from '../platform/editor';
import { digitsFor, onDidChangeSettings } from '../platform/settings';

/** A webview panel of VS Code as the place of a panel of `document`. */
export function webviewPlace(
  panel: vscode.WebviewPanel,
  document: vscode.TextDocument,
  commands: PanelCommands,
): PanelPlace {
  return {
    port: webviewPort(panel.webview),
    editor,
    commands,
    settings: () => ({ digits: digitsFor(document) }),
    visible: () => panel.visible,
    onDidChange: (listener) => {
      const changed = (): void => void listener();
      return together(onDidChangeSettings(changed), panel.onDidChangeViewState(changed));
    },
  };
}

function webviewPort(webview: vscode.Webview): Port {
  return {
    post: (message) => void webview.postMessage(message),
    onMessage: (listener) => {
      const subscription = webview.onDidReceiveMessage(listener);
      return () => {
        subscription.dispose();
      };
    },
  };
}
