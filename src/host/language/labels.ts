import * as vscode from 'vscode';
import type { StringNode } from '../../format/json';
import { rangeOf } from '../platform/editor';
import type { Sessions } from '../platform/sessions';
import { stringAt } from './strings';

interface Label {
  readonly node: StringNode;
  /** Those of the same layer. */
  readonly others: readonly string[];
}

/** Renames a unit: its label in the layer’s `labels`. */
export class Labels implements vscode.RenameProvider {
  constructor(private readonly sessions: Sessions) {}

  async prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<{ range: vscode.Range; placeholder: string }> {
    const { node } = await this.labelAt(document, position);
    return { range: rangeOf(document, node), placeholder: node.value };
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    newName: string,
  ): Promise<vscode.WorkspaceEdit> {
    const { node, others } = await this.labelAt(document, position);
    if (others.includes(newName)) throw new Error(`The layer has a unit called “${newName}” already.`);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, rangeOf(document, node), JSON.stringify(newName));
    return edit;
  }

  /** Rejects with an Error for people where there is no label. */
  private async labelAt(document: vscode.TextDocument, position: vscode.Position): Promise<Label> {
    const read = await this.sessions.of(document)?.text.current();
    const offset = document.offsetAt(position);
    const layers = read?.version === document.version ? read.file.source.layers : [];
    for (const { node: layer } of layers) {
      const labels = layer.members.get('labels')?.value;
      const node = labels && stringAt(labels, offset);
      if (!node || labels.kind !== 'array') continue;
      const others = [...labels.items].filter((item) => item.kind === 'string' && item.offset !== node.offset);
      return { node, others: others.map((item) => (item.kind === 'string' ? item.value : '')) };
    }
    throw new Error('Only the labels of units can be renamed.');
  }
}
