import * as vscode from 'vscode';
import { chainShape } from '../../core/chain';
import type { ParameterId } from '../../core/network';
import { chainLatex, chainMarkdown, chainText } from '../../core/chain/render';
import type { DerivationFormat } from '../../protocol';
import { stemOf } from '../../app/names';
import type { Files } from '../platform/files';
import type { FileSession } from '../platform/sessions';
import { digitsFor } from '../platform/settings';
import type { RunState } from '../../app/training';

/** Paths that are written out: as many as the command line writes. */
const PATHS = 10;

interface FormatRow {
  readonly label: string;
  readonly extension: string;
  readonly detail: string;
  readonly write: typeof chainText;
}

const FORMATS: Readonly<Record<DerivationFormat, FormatRow>> = {
  latex: { label: 'LaTeX', extension: 'tex', detail: 'for an article with amsmath', write: chainLatex },
  markdown: { label: 'Markdown', extension: 'md', detail: 'tables', write: chainMarkdown },
  text: { label: 'Text', extension: 'txt', detail: 'Unicode, in columns', write: chainText },
};
const names = Object.keys(FORMATS) as DerivationFormat[];

/** What a derivation is of. */
export interface DerivationSubject {
  readonly view: RunState;
  readonly parameter: ParameterId;
  /** null: J over all samples. */
  readonly sample: number | null;
}

/** The derivative chain of a parameter as it is on the screen, written out; in symbols where there are no numbers to show. */
async function derivation(session: FileSession, subject: DerivationSubject, format: DerivationFormat): Promise<string> {
  const { view, parameter, sample } = subject;
  const { model, theta } = view;
  const { network, data } = model;
  const digits = digitsFor(session.document);
  const { write } = FORMATS[format];
  if (!data || session.grading.hidden)
    return write(network, chainShape(network, parameter, PATHS), { digits, samples: data?.training.count ?? 0 });
  const chain = await session.compute.on(model).chain({ theta, parameter, sample, paths: PATHS });
  return write(network, chain, { digits, samples: data.training.count, ...(sample !== null && { sample }) });
}

/** Puts the derivation on the clipboard and says so in the status bar. */
export async function copyDerivation(
  session: FileSession,
  subject: DerivationSubject,
  format: DerivationFormat,
): Promise<void> {
  await vscode.env.clipboard.writeText(await derivation(session, subject, format));
  void vscode.window.setStatusBarMessage(`$(check) Derivation copied as ${FORMATS[format].label}`, 4000);
}

/** Saves the derivation at `target`, or where the reader says, in the format that the file's extension asks for. */
export async function saveDerivation(
  files: Files,
  session: FileSession,
  subject: DerivationSubject,
  target?: vscode.Uri,
): Promise<void> {
  const uri = target ?? (await askWhere(session, subject.parameter));
  if (!uri) return;
  const format = names.find((name) => uri.path.toLowerCase().endsWith(`.${FORMATS[name].extension}`)) ?? 'text';
  const text = await derivation(session, subject, format);
  await files.write(uri, new TextEncoder().encode(text));
  const open = 'Open';
  void vscode.window
    .showInformationMessage(`The derivation was saved as ${FORMATS[format].label}.`, open)
    .then((answer) => {
      if (answer === open) void vscode.window.showTextDocument(uri);
    });
}

/** The format that the reader picks, or undefined. */
export async function pickFormat(): Promise<DerivationFormat | undefined> {
  const items = names.map((format) => ({ label: FORMATS[format].label, description: FORMATS[format].detail, format }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Copy derivation as' });
  return picked?.format;
}

function askWhere({ document }: FileSession, { layer, to, from }: ParameterId): Thenable<vscode.Uri | undefined> {
  const { uri } = document;
  const name = `${stemOf(uri)}-theta-${[layer, to, from].join('-')}.${FORMATS.latex.extension}`;
  return vscode.window.showSaveDialog({
    title: 'Save derivation',
    filters: Object.fromEntries(names.map((format) => [FORMATS[format].label, [FORMATS[format].extension]])),
    ...(uri.scheme !== 'untitled' && { defaultUri: vscode.Uri.joinPath(uri, '..', name) }),
  });
}
