import * as vscode from 'vscode';
import { forEachFile } from '../../app/editor';
import { together } from '../../app/emitter';
import { isRight } from '../../app/grading';
import type { ReadText } from '../../app/text';
import type { Span } from '../../format';
import { SHOW_OPEN_CLAIM } from '../commands';
import { rangeOf } from '../platform/editor';
import type { FileSession, Sessions } from '../platform/sessions';

/** Over `layers` what can be done with the network, over a layer's claims their score, over `training` the last run's result. */
export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly sessions: Sessions) {
    const change = (): void => {
      this.changed.fire();
    };
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      forEachFile(sessions, ({ text, grading, training }) =>
        together(
          text.onDidRead(change),
          grading.onDidJudge(change),
          grading.onDidHide(change),
          training.onDidChange(change),
        ),
      ),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const session = this.sessions.of(document);
    const read = await session?.text.current();
    if (!session || !read?.file.network || document.version !== read.version) return [];
    return [...ofNetwork(session, read), ...ofClaims(session, read), ...ofTraining(session, read)];
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}

function ofNetwork(session: FileSession, { file: { source } }: ReadText): vscode.CodeLens[] {
  const key = source.file?.members.get('layers')?.key;
  return key
    ? [
        lens(session, key, 'Inspect', 'gradientInspector.inspect', session.document.uri),
        lens(session, key, 'Train', 'gradientInspector.train'),
        lens(session, key, 'Check', 'gradientInspector.check'),
      ]
    : [];
}

/** `3 of 4 right` leads to the first claim that is still open, or to the verdicts. */
function ofClaims(session: FileSession, { file: { source, claims } }: ReadText): vscode.CodeLens[] {
  const present = new Set(claims);
  return source.layers.flatMap(({ node, number, claims: own, openClaims }) => {
    const key = node.members.get('claimedGradients')?.key;
    const asked = own.length + openClaims.length;
    if (!key || asked === 0) return [];
    const right = session.grading.verdicts.filter(
      ({ claim, judged }) => present.has(claim) && claim.parameter.layer === number - 1 && isRight(judged),
    ).length;
    const score = `${String(right)} of ${String(asked)} right`;
    const command = openClaims.length > 0 ? SHOW_OPEN_CLAIM : 'gradientInspector.check';
    return [lens(session, key, score, command), lens(session, key, 'Check', 'gradientInspector.check')];
  });
}

function ofTraining(session: FileSession, { file: { source } }: ReadText): vscode.CodeLens[] {
  const key = source.file?.members.get('training')?.key;
  const { status, state } = session.training;
  if (!key || !state) return [];
  const title = status === 'running' ? 'Training…' : resultOf(session);
  return [
    lens(session, key, title, 'gradientInspector.inspect', session.document.uri),
    lens(session, key, 'Show', 'gradientInspector.inspect', session.document.uri),
  ];
}

function resultOf({ training: { outcome, state, loss } }: FileSession): string {
  const result = outcome?.message ?? `Paused after epoch ${String(state?.epoch ?? 0)}.`;
  return Number.isFinite(loss) ? `${result} J = ${loss.toPrecision(4)}` : result;
}

function lens(
  { document }: FileSession,
  place: Span,
  title: string,
  command: string,
  about: unknown = document.uri.toString(),
): vscode.CodeLens {
  return new vscode.CodeLens(rangeOf(document, place), { title, command, arguments: [about] });
}
