import * as vscode from 'vscode';
import type { SourceMap } from '../../format';
import { csvFiles, csvUri } from '../platform/csv';
import { rangeOf } from '../platform/editor';
import type { Files } from '../platform/files';
import type { Sessions } from '../platform/sessions';
import { stringAt } from './strings';

/** From a claim to its weight, from a CSV column’s name to the CSV’s header, and from a CSV’s name to the file. */
export class Definitions implements vscode.DefinitionProvider {
  constructor(
    private readonly sessions: Sessions,
    private readonly files: Files,
  ) {}

  async provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Location | undefined> {
    const read = await this.sessions.of(document)?.text.current();
    if (read?.version !== document.version) return undefined;
    const { source } = read.file;
    const offset = document.offsetAt(position);
    const claimed = source.claimedParameterAt(offset);
    if (claimed) {
      const weight = source.parameterRange(claimed);
      return weight && new vscode.Location(document.uri, rangeOf(document, weight));
    }
    return this.columnAt(document, source, offset);
  }

  private async columnAt(
    document: vscode.TextDocument,
    source: SourceMap,
    offset: number,
  ): Promise<vscode.Location | undefined> {
    const data = source.file?.members.get('data')?.value;
    const file = data?.kind === 'object' ? data.members.get('file')?.value : undefined;
    const at = data && stringAt(data, offset);
    if (file?.kind !== 'string' || !at) return undefined;
    const uri = csvUri(document.uri, file.value);
    if (at.offset === file.offset) return new vscode.Location(uri, new vscode.Position(0, 0));
    const header = await this.headerOf(document, file.value).catch(() => undefined);
    const column = header === undefined ? -1 : columnIn(header, at.value);
    return column < 0 ? undefined : new vscode.Location(uri, new vscode.Position(0, column));
  }

  /** The first line of the CSV. Rejects where it cannot be read. */
  private async headerOf(document: vscode.TextDocument, path: string): Promise<string> {
    const { chunks } = await csvFiles(document.uri, this.files).read(path);
    let head = '';
    for await (const chunk of chunks) {
      head += chunk;
      if (/[\r\n]/.test(chunk)) break;
    }
    return head.replace(/^\ufeff/, '').split(/[\r\n]/, 1)[0] ?? '';
  }
}

/** Where the cell with this name begins in a header, or −1. */
function columnIn(header: string, name: string): number {
  const cells = /"(?:[^"]|"")*"|[^,;\t]+/g;
  for (let cell = cells.exec(header); cell; cell = cells.exec(header)) {
    const [text] = cell;
    const value = text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.trim();
    if (value === name) return cell.index;
  }
  return -1;
}
