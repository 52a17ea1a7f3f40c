import * as vscode from 'vscode';
import { layerAt, type Network } from '../../core/network';
import { printable } from '../../core/printable';
import type { ReadText } from '../../app/text';
import type { Span } from '../../format';
import { rangeOf } from '../platform/editor';
import type { Sessions } from '../platform/sessions';

/** The keys of a layer that hold numbers for its parameters. */
const MATRICES = ['weights', 'biases', 'claimedGradients'];

/** The parts of a network by name: for the outline, breadcrumbs and “Go to symbol”. */
export class Outline implements vscode.DocumentSymbolProvider, vscode.FoldingRangeProvider {
  constructor(private readonly sessions: Sessions) {}

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const read = await this.read(document);
    if (!read) return [];
    const { source, network } = read.file;
    const layers = source.layers.map(({ node, number }) => {
      const name = network ? layerName(network, number) : `Layer ${String(number)}`;
      const layer = symbol(document, name, network ? layerDetail(network, number) : '', node, node);
      layer.children = MATRICES.flatMap((key) => {
        const member = node.members.get(key);
        if (!member) return [];
        return [symbol(document, key, '', between(member.key, member.value), member.key, vscode.SymbolKind.Array)];
      });
      return layer;
    });
    const others = ['loss', 'data', 'training'].flatMap((key) => {
      const member = source.file?.members.get(key);
      if (!member) return [];
      return [symbol(document, key, '', between(member.key, member.value), member.key, vscode.SymbolKind.Property)];
    });
    return [...layers, ...others];
  }

  /** Each matrix as one region, so that “Fold all regions” leaves the layers' own keys in sight. */
  async provideFoldingRanges(document: vscode.TextDocument): Promise<vscode.FoldingRange[]> {
    const read = await this.read(document);
    if (!read) return [];
    return read.file.source.layers.flatMap(({ node }) =>
      MATRICES.flatMap((key) => {
        const value = node.members.get(key)?.value;
        if (!value) return [];
        const { start, end } = rangeOf(document, value);
        // The closing bracket stays in sight, as in JSON's own folding.
        return end.line - start.line > 1
          ? [new vscode.FoldingRange(start.line, end.line - 1, vscode.FoldingRangeKind.Region)]
          : [];
      }),
    );
  }

  private async read(document: vscode.TextDocument): Promise<ReadText | undefined> {
    const read = await this.sessions.of(document)?.text.current();
    return read?.version === document.version ? read : undefined;
  }
}

function layerName(network: Network, number: number): string {
  const { name } = layerAt(network, number);
  return printable(name === '' ? `Layer ${String(number)}` : `Layer ${String(number)}: ${name}`);
}

function layerDetail(network: Network, number: number): string {
  const { units, activation } = layerAt(network, number);
  return `${String(units)} ${units === 1 ? 'unit' : 'units'}, ${number === 1 ? 'input' : activation.type}`;
}

function symbol(
  document: vscode.TextDocument,
  name: string,
  detail: string,
  whole: Span,
  key: Span,
  kind = vscode.SymbolKind.Object,
): vscode.DocumentSymbol {
  const range = rangeOf(document, whole);
  const selection = rangeOf(document, key);
  return new vscode.DocumentSymbol(name, detail, kind, range, new vscode.Range(selection.start, selection.start));
}

function between(first: Span, last: Span): Span {
  return { offset: first.offset, length: last.offset + last.length - first.offset };
}
