import * as vscode from 'vscode';
import type { ParameterId } from '../../core/network';
import {
  writeDerivation,
  DERIVATION_FORMAT_NAMES as names,
  DERIVATION_FORMATS,
  type DerivationSource,
} from '../../app/derivation';
import type { DerivationFormat } from '../../protocol';
import { stemOf } from '../../app/names';
import type { Files } from '../platform/files';
import type { FileSession } from '../platform/sessions';
import { digitsFor } from '../platform/settings';

/** Puts the derivation on the clipboard and says so in the status bar. */
export async function copyDerivation(
  session: FileSession,
  subject: DerivationSource,
  format: DerivationFormat,
): Promise<void> {
  await vscode.env.clipboard.writeText(await writeDerivation(session, subject, format, digitsFor(session.document)));
  void vscode.window.setStatusBarMessage(`$(check) Derivation copied as ${DERIVATION_FORMATS[format].label}`, 4000);
}

/** Saves the derivation at `target`, or where the reader says, in the format that the file's extension asks for. */
export async function saveDerivation(
  files: Files,
  session: FileSession,
  subject: DerivationSource,
  target?: vscode.Uri,
): Promise<void> {
  const uri = target ?? (await askWhere(session, subject.parameter));
  if (!uri) return;
  const format =
    names.find((name) => uri.path.toLowerCase().endsWith(`.${DERIVATION_FORMATS[name].extension}`)) ?? 'text';
  const text = await writeDerivation(session, subject, format, digitsFor(session.document));
  await files.write(uri, new TextEncoder().encode(text));
  const open = 'Open';
  void vscode.window
    .showInformationMessage(`The derivation was saved as ${DERIVATION_FORMATS[format].label}.`, open)
    .then((answer) => {
      if (answer === open) void vscode.window.showTextDocument(uri);
    });
}

/** The format that the reader picks, or undefined. */
export async function pickFormat(): Promise<DerivationFormat | undefined> {
  const items = names.map((format) => ({
    label: DERIVATION_FORMATS[format].label,
    description: DERIVATION_FORMATS[format].detail,
    format,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Copy derivation as' });
  return picked?.format;
}

function askWhere({ document }: FileSession, { layer, to, from }: ParameterId): Thenable<vscode.Uri | undefined> {
  const { uri } = document;
  const name = `${stemOf(uri)}-theta-${[layer, to, from].join('-')}.${DERIVATION_FORMATS.latex.extension}`;
  return vscode.window.showSaveDialog({
    title: 'Save derivation',
    filters: Object.fromEntries(
      names.map((format) => [DERIVATION_FORMATS[format].label, [DERIVATION_FORMATS[format].extension]]),
    ),
    ...(uri.scheme !== 'untitled' && { defaultUri: vscode.Uri.joinPath(uri, '..', name) }),
  });
}
