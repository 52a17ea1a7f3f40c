import * as vscode from 'vscode';
import type { Network } from '../../core/network';
import { parameterName } from '../../core/notation';
import { emptyClaims, type PlacedClaim } from '../../format';
import type { Claims } from './claims';
import { SHOW_CHAIN, SHOW_OPEN_CLAIM } from '../commands';
import { SOURCE } from './diagnostics';
import type { Sessions } from '../platform/sessions';
import type { ReadText } from '../../app/text';

/** On a wrong claim the way to the chain that it should have followed; on a layer, a homework sheet to fill in. */
export class ClaimActions implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  constructor(
    private readonly sessions: Sessions,
    private readonly claims: Claims,
  ) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const read = await this.sessions.of(document)?.text.current();
    const network = read?.file.network;
    if (!network || read.version !== document.version) return [];
    const chains = this.claims.wrongAt(document, range).map((claim) => showChain(document, network, claim, context));
    const sheet = addEmptyClaims(document, read, range);
    return sheet ? [...chains, sheet] : chains;
  }
}

function showChain(
  document: vscode.TextDocument,
  network: Network,
  { parameter, offset }: PlacedClaim,
  context: vscode.CodeActionContext,
): vscode.CodeAction {
  const title = `Show the derivative chain of ${parameterName(network, parameter)}`;
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command: SHOW_CHAIN, arguments: [document.uri.toString(), parameter] };
  const start = document.positionAt(offset);
  action.diagnostics = context.diagnostics.filter((one) => one.source === SOURCE && one.range.start.isEqual(start));
  return action;
}

function addEmptyClaims(
  document: vscode.TextDocument,
  { file: { source } }: ReadText,
  range: vscode.Range,
): vscode.CodeAction | undefined {
  const layer = source.layerNumberAt(document.offsetAt(range.start));
  const edit = layer === undefined ? undefined : emptyClaims(document.getText(), source, layer);
  if (!edit) return undefined;
  const action = new vscode.CodeAction('Add empty claims for this layer', vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.insert(document.uri, document.positionAt(edit.offset), edit.text);
  action.command = { title: 'Show the first claim', command: SHOW_OPEN_CLAIM, arguments: [document.uri.toString()] };
  return action;
}
