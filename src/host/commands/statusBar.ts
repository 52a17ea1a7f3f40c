import * as vscode from 'vscode';
import { formatNumber } from '../../core/notation';
import { markdownText } from '../language/fileText';
import { forEachFile } from '../../app/editor';
import type { FileSession, Sessions } from '../platform/sessions';

/** Between two changes of the text: it is read, not watched. */
const INTERVAL = 250;
const DIGITS = 5;

/** While a run is on: where it is, in the status bar. A click shows its panel; the tooltip has the other controls. */
export function statusBar(sessions: Sessions): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('gradientInspector.training', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Network training';
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    waiting ??= setTimeout(update, INTERVAL);
  };
  const update = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    const active = [...sessions].filter(({ training }) => training.active);
    const [first] = active;
    if (!first) {
      item.hide();
      return;
    }
    item.text = textOf(first) + (active.length > 1 ? ` (+${String(active.length - 1)})` : '');
    item.tooltip = tooltipOf(active);
    item.command = { title: 'Show', command: 'gradientInspector.inspect', arguments: [first.document.uri] };
    item.show();
  };
  return vscode.Disposable.from(
    item,
    forEachFile(
      sessions,
      ({ training }) => vscode.Disposable.from(training.onDidChange(update), training.onDidProgress(soon)),
      update,
    ),
    new vscode.Disposable(() => {
      clearTimeout(waiting);
    }),
  );
}

function textOf({ training }: FileSession): string {
  const icon = training.status === 'paused' ? '$(debug-pause)' : '$(sync~spin)';
  const epoch = `epoch ${String(training.state?.epoch ?? 0)}/${String(training.totalEpochs)}`;
  return `${icon} ${epoch} · J ${Number.isNaN(training.loss) ? '…' : formatNumber(training.loss, DIGITS)}`;
}

function tooltipOf(active: readonly FileSession[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = {
    enabledCommands: ['gradientInspector.pause', 'gradientInspector.resume', 'gradientInspector.stop'],
  };
  for (const { document, training, view } of active) {
    const link = (title: string, command: string): string => {
      const target = encodeURIComponent(JSON.stringify([document.uri.toString()]));
      return `[${title}](command:gradientInspector.${command}?${target})`;
    };
    const paused = training.status === 'paused';
    text.appendMarkdown(
      `${paused ? 'Paused' : 'Training'}: ${markdownText(view.shown?.model.network.name ?? '')}\n\n` +
        `${paused ? link('Resume', 'resume') : link('Pause', 'pause')} · ${link('Stop', 'stop')}\n\n`,
    );
  }
  return text;
}
