import * as vscode from 'vscode';
import { requireParameter } from '../../core/chain';
import type { ParameterId } from '../../core/network';
import { formatNumber } from '../../core/notation';
import { forEachFile } from '../../app/editor';
import { together } from '../../app/emitter';
import { isRight } from '../../app/grading';
import type { ReadText } from '../../app/text';
import { claimEdit } from '../../format';
import type { Hovers } from './hovers';
import { rangeOf } from '../platform/editor';
import type { FileSession, Sessions } from '../platform/sessions';
import { hintsIn, onDidChangeSettings } from '../platform/settings';

const DIGITS = 3;
/** A row of more numbers than these fills the screen: hints would only stretch it. */
const LONGEST_ROW = 32;
/** Hints of one part of the text at most. */
const MOST = 500;
/** Parameters of a layer for which a sheet of claims is made for every hint at once, not when one is pointed at. */
const SMALL_LAYER = 256;

/** By size, from the smallest: they stand on the line where the number is positive, and hang from above where it is negative. */
const POSITIVE = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const NEGATIVE = ['▔', '▔', '▔', '▔', '▀', '▀', '▀', '▀'];

class ParameterHint extends vscode.InlayHint {
  constructor(
    position: vscode.Position,
    label: string,
    readonly document: vscode.TextDocument,
    readonly parameter: ParameterId,
    readonly gradient: number,
  ) {
    super(position, label);
    this.paddingLeft = true;
  }
}

/**
 * ∂J/∂θ after the weights and biases of the text, and after claims that are not right, as the settings say: of the lines on the
 * screen, of the text as it stands, and not while an exercise hides gradients.
 */
export class InlayHints implements vscode.InlayHintsProvider<ParameterHint>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  readonly onDidChangeInlayHints = this.changed.event;

  constructor(
    private readonly sessions: Sessions,
    private readonly hovers: Hovers,
  ) {
    const change = (): void => {
      this.changed.fire();
    };
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      onDidChangeSettings(change),
      forEachFile(sessions, ({ text, grading }) =>
        together(text.onDidRead(change), grading.onDidJudge(change), grading.onDidHide(change)),
      ),
    );
  }

  async provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
    cancelled: vscode.CancellationToken,
  ): Promise<ParameterHint[]> {
    const wanted = hintsIn(document);
    if (!wanted.gradients && !wanted.claims) return [];
    const session = this.sessions.of(document);
    const read = await session?.text.current();
    if (!session || !read?.file.network || cancelled.isCancellationRequested || session.grading.hidden) return [];
    const gradients = wanted.gradients ? await gradientHints(session, read, range) : [];
    // What was computed for an older text is not shown in a newer one, nor once an exercise hides it.
    if (document.version !== read.version || session.grading.hidden) return [];
    const claims = wanted.claims ? claimHints(session, read, range) : [];
    const hints = [...gradients, ...claims].slice(0, MOST);
    for (const hint of hints) if (layerSize(read, hint) <= SMALL_LAYER) offerClaim(hint, read);
    return hints;
  }

  /** The chain, and the claim that a double click writes. */
  async resolveInlayHint(hint: ParameterHint, cancelled: vscode.CancellationToken): Promise<ParameterHint> {
    const { document, parameter } = hint;
    const session = this.sessions.of(document);
    const read = await session?.text.current();
    if (!session || read?.version !== document.version || session.grading.hidden) return hint;
    const tooltip = await this.hovers.chainOf(session, read, parameter, cancelled);
    if (tooltip) hint.tooltip = tooltip;
    if (!hint.textEdits) offerClaim(hint, read);
    return hint;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}

function layerSize({ file: { source } }: ReadText, { parameter }: ParameterHint): number {
  const { rows = 0, columns = 0 } = source.layout.layers[parameter.layer - 1] ?? {};
  return rows * (columns + 1);
}

/** The edit of a double click: it claims the value that the hint shows. */
function offerClaim(hint: ParameterHint, { text, file: { source } }: ReadText): void {
  const { document, parameter, gradient } = hint;
  const edit = claimEdit(text, source, parameter, String(Number(gradient.toPrecision(DIGITS))));
  if (edit) hint.textEdits = [vscode.TextEdit.replace(rangeOf(document, edit), edit.text)];
}

async function gradientHints(
  session: FileSession,
  { file: { source } }: ReadText,
  range: vscode.Range,
): Promise<ParameterHint[]> {
  const { document, text, values } = session;
  const { own } = text;
  const analysis = own && (await values.analyse(own, null));
  if (!own || !analysis?.gradient) return [];
  const { gradient } = analysis;
  const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const hints: ParameterHint[] = [];
  for (const { parameter, ...span } of source.parametersIn(spanOf(document, range), LONGEST_ROW)) {
    const value = gradient[requireParameter(own.model.network, parameter)] ?? NaN;
    const { end } = rangeOf(document, span);
    hints.push(
      new ParameterHint(end, `${bar(value, largest)} ${formatNumber(value, DIGITS)}`, document, parameter, value),
    );
    if (hints.length === MOST) break;
  }
  return hints;
}

function claimHints(
  { document, grading }: FileSession,
  { file: { claims } }: ReadText,
  range: vscode.Range,
): ParameterHint[] {
  const present = new Set(claims);
  const largest = grading.verdicts.reduce((most, { judged }) => Math.max(most, Math.abs(judged.gradient)), 0);
  return grading.verdicts.flatMap(({ claim, judged }) => {
    // A verdict on an older text is none on this one. What is right bears a ✓ already.
    if (!present.has(claim) || isRight(judged)) return [];
    const { end } = rangeOf(document, claim);
    if (!range.contains(end)) return [];
    const { gradient, verdict, parameter } = judged;
    const mark = verdict === 'wrong' ? '✗' : '≈';
    const label = `${mark} ${bar(gradient, largest)} ${formatNumber(gradient, DIGITS)}`;
    return [new ParameterHint(end, label, document, parameter, gradient)];
  });
}

/** The sign of a number, and its size beside the largest, as one character. */
function bar(value: number, largest: number): string {
  const share = largest === 0 ? 0 : Math.abs(value) / largest;
  const level = Math.min(POSITIVE.length - 1, Math.max(0, Math.ceil(share * POSITIVE.length) - 1));
  return (value < 0 ? NEGATIVE[level] : POSITIVE[level]) ?? '';
}

function spanOf(document: vscode.TextDocument, { start, end }: vscode.Range): { offset: number; length: number } {
  const offset = document.offsetAt(start);
  return { offset, length: document.offsetAt(end) - offset };
}
