import * as vscode from 'vscode';
import { convertModel as openedModel, type ImportChoice, type OpenedModel } from '../../app/importModel';
import { baseName } from '../../app/names';
import type { Importers } from '../../format/besideText';
import { messageText } from '../language/fileText';
import { csvUri, readBeside } from '../platform/csv';
import { type Files, fileExists } from '../platform/files';
import { sayingWhyNot } from './saving';

/** The command that imports a model: its address, or nothing. */
export const OPEN_MODEL = 'gradientInspector.openModel';

/** Models of more bytes show that they are being read. */
const LARGE = 4 * 2 ** 20;
/** Notes that a message has room for. */
const MOST_NOTES = 4;

/**
 * "Open model as network…": writes the network of `model`, or of a file that the reader chooses, beside it and opens it with
 * its inspector. The model stays as it is.
 */
export async function openModel(
  files: Files,
  inspect: (uri: vscode.Uri) => Promise<void>,
  model?: vscode.Uri,
): Promise<void> {
  const importers = await import('../../format/import');
  const uri = model ?? (await pickModel(importers));
  if (!uri) return;
  const name = baseName(uri);
  await sayingWhyNot(`Could not open “${name}”`, async () => {
    const bytes = await readBeside(uri, files, uri);
    const read = (): Promise<OpenedModel | undefined> =>
      openedModel(
        {
          uri,
          bytes,
          readBeside: (path) => readBeside(uri, files, csvUri(uri, path)),
          exists: (beside) => fileExists(vscode.Uri.joinPath(uri, '..', beside)),
          choose,
        },
        importers,
      );
    const opened = bytes.length > LARGE ? await withProgress(`Opening ${name}`, read) : await read();
    if (!opened) return;
    const target = vscode.Uri.joinPath(uri, '..', opened.name);
    // The numbers first: the text is not to be there without them.
    if (opened.tensors) await files.write(vscode.Uri.joinPath(uri, '..', opened.tensors.name), opened.tensors.bytes);
    await files.write(target, new TextEncoder().encode(opened.text));
    await inspect(target);
    // Not awaited: the message stands until it is dismissed.
    void vscode.window.showInformationMessage(messageText(summary(name, opened)));
  });
}

function summary(model: string, { name, shape, notes }: OpenedModel): string {
  const rest = notes.length - MOST_NOTES;
  const more = rest > 0 ? [`and ${String(rest)} more notes`] : [];
  return [
    `Opened ${model} as ${name}: ${shape}. Nothing was changed in ${model}.`,
    ...[...notes.slice(0, MOST_NOTES), ...more].map((note) => `Note: ${note}.`),
  ].join(' ');
}

async function pickModel({ MODEL_ENDINGS }: Importers): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Open model as network',
      openLabel: 'Open',
      filters: { Models: MODEL_ENDINGS.map((ending) => ending.slice(1)) },
      ...(folder && { defaultUri: folder }),
    })) ?? [];
  return file;
}

async function choose<Value>(question: string, choices: readonly ImportChoice<Value>[]): Promise<Value | undefined> {
  const items = choices.map(({ label, detail = '', value }) => ({ label, description: detail, value }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: question, ignoreFocusOut: true });
  return picked?.value;
}

async function withProgress<Result>(title: string, task: () => Promise<Result>): Promise<Result> {
  const options = { location: vscode.ProgressLocation.Notification, title: messageText(title) };
  return vscode.window.withProgress(options, async () => {
    // Reading holds this thread: the notification is to be on the screen before.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return task();
  });
}
