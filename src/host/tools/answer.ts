import * as vscode from 'vscode';
import { runTool, TOOLS, ToolError, type ToolName } from '../../app/tools';
import type { StartWorker } from '../../app/compute';
import type { Sessions } from '../platform/sessions';
import { markdownText } from '../language/fileText';
import { workspaceFiles } from './files';

/** What VS Code shows while the tool works; asks before a file is written. */
export function prepare(name: ToolName, input: object): vscode.PreparedToolInvocation {
  const { title, writes } = TOOLS[name];
  const { file, output } = input as { readonly file?: unknown; readonly output?: unknown };
  const invocationMessage = `${title}: ${String(file)}`;
  if (!writes || typeof output !== 'string') return { invocationMessage };
  const message = new vscode.MarkdownString(
    `Train ${markdownText(String(file))} and write the trained weights to ${markdownText(output)}?`,
  );
  return { invocationMessage, confirmationMessages: { title, message } };
}

/** The tool's answer. Rejects with an Error whose message VS Code hands on to the model. */
export async function answer(
  name: ToolName,
  input: object,
  sessions: Sessions,
  startWorker: StartWorker,
  token: vscode.CancellationToken,
): Promise<vscode.LanguageModelToolResult> {
  const place = { open: workspaceFiles(sessions), startWorker };
  try {
    const text = await runTool(name, input, place, (cancel) => token.onCancellationRequested(cancel));
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
  } catch (error) {
    throw error instanceof ToolError ? new Error(error.lines.join('\n')) : error;
  }
}
