import * as vscode from 'vscode';
import { penaltyTerms, shareText, sumText } from '../../core/cost';
import type { Chain } from '../../core/chain';
import { activationText, lossText } from '../../core/functions/words';
import { layerAt, parameterIndex, parameterLayout, type Network, type ParameterId } from '../../core/network';
import { factorSymbol, formatNumber, parameterName, quantityName, subscript } from '../../core/notation';
import type { ShownAnalysis } from '../../protocol';
import { SHOW_CHAIN } from '../commands';
import { markdownText } from './fileText';
import { HoverChains } from './hoverChains';
import { sameShape } from '../../app/models';
import { rangeOf } from '../platform/editor';
import type { FileSession, Sessions } from '../platform/sessions';
import { digitsFor } from '../platform/settings';
import type { ReadText } from '../../app/text';
import type { RunState } from '../../app/training';

/** Lines of the chain in a hover; the rest is said to be there. */
const MOST_LINES = 8;
/** Factors of a path that are spelled out; a longer chain is read in the panel. */
const MOST_FACTORS = 9;
/** Characters that a hover has room for in a line. */
const LINE = 60;

/** Over a weight or bias its gradient and chain, over a claim the way to its chain, over an activation its formula and derivative, over the loss the J of this file. */
export class Hovers implements vscode.HoverProvider {
  private readonly chains = new HoverChains();

  constructor(private readonly sessions: Sessions) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    cancelled: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const session = this.sessions.of(document);
    const read = await session?.text.current();
    if (!session || !read?.file.network || cancelled.isCancellationRequested) return undefined;
    const { source, network } = read.file;
    const offset = document.offsetAt(position);
    const digits = digitsFor(document);

    const parameter = source.parameterAt(offset);
    const claim = source.claimAt(offset);
    const activation = source.activationAt(offset);
    let text: vscode.MarkdownString | undefined;
    if (parameter) text = await this.chainOf(session, read, parameter, cancelled);
    else if (claim) text = claimText(session, network, claim.parameter);
    else if (activation)
      text = new vscode.MarkdownString(activationText(layerAt(network, activation.layer).activation));
    else if (source.tensorAt(offset)) text = tensorText(read, offset, digits);
    else if (source.lossAt(offset)) text = await lossWithJ(session, read, digits);
    // What was computed for an older text is not shown over a newer one.
    if (!text || document.version !== read.version) return undefined;
    const place = parameter && source.parameterRange(parameter);
    return new vscode.Hover(text, place && rangeOf(document, place));
  }

  /** What a hover over this parameter says. */
  chainOf(
    session: FileSession,
    read: ReadText,
    parameter: ParameterId,
    cancelled: vscode.CancellationToken,
  ): Promise<vscode.MarkdownString | undefined> {
    const chainOf: ChainOf = (view, of) =>
      this.chains.of(session, view, { parameter: of, paths: MOST_LINES }, cancelled);
    return parameterText(session, read, parameter, digitsFor(session.document), chainOf);
  }
}

/** Over a tensor beside the text: its shape, and the range and mean of its numbers. */
function tensorText(
  { file: { source, network } }: ReadText,
  offset: number,
  digits: number,
): vscode.MarkdownString | undefined {
  const tensor = source.tensorAt(offset);
  if (!tensor || !network) return undefined;
  const { reference, first, shape, layer } = tensor;
  const count = shape.reduce((product, length) => product * length, 1);
  let [least, most, sum] = [Infinity, -Infinity, 0];
  for (const value of network.theta.subarray(first, first + count)) {
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += value;
  }
  const range = [least, most, sum / count].map((value) => formatNumber(value, digits));
  const what = shape.length > 1 ? 'weights' : 'biases';
  const name = markdownText(`“${reference.tensor}” of ${reference.path}`);
  return new vscode.MarkdownString(
    `${name}: the ${what} of layer ${String(layer)}, ${shape.join(' × ')}${reference.transposed ? ', stored transposed' : ''}  \nfrom ${range[0] ?? ''} to ${range[1] ?? ''}, mean ${range[2] ?? ''}`,
  );
}

/** The way from a claim to its chain: over a wrong one, beside what is wrong with it. */
function claimText(session: FileSession, network: Network, parameter: ParameterId): vscode.MarkdownString {
  const name = markdownText(parameterName(network, parameter));
  const text = new vscode.MarkdownString(`Your **∂J/∂${name}** · `);
  return linked(text, session, parameter);
}

/** With a link to the chain of the parameter; where a claim for it is wrong, the mistake is marked there. */
function linked(text: vscode.MarkdownString, session: FileSession, parameter: ParameterId): vscode.MarkdownString {
  const link = encodeURIComponent(JSON.stringify([session.document.uri.toString(), parameter]));
  text.isTrusted = { enabledCommands: [SHOW_CHAIN] };
  return text.appendMarkdown(`[Show the derivative chain](command:${SHOW_CHAIN}?${link})`);
}

/** The network and parameters that a hover over the text is about: a run's where they fit the text, else the text's own. */
function viewFor(session: FileSession, network: Network): RunState | undefined {
  const { shown } = session.view;
  if (shown && !session.view.textIsAhead) return shown;
  const own = session.text.own;
  return own && sameShape(own.model, { ...own.model, network }) ? own : undefined;
}

/** Undefined where nobody waits for it any more. */
type ChainOf = (view: RunState, parameter: ParameterId) => Promise<Chain | undefined>;

async function parameterText(
  session: FileSession,
  { file: { network } }: ReadText,
  parameter: ParameterId,
  digits: number,
  chainOf: ChainOf,
): Promise<vscode.MarkdownString | undefined> {
  const view = network && viewFor(session, network);
  if (!view) return undefined;
  const shown = view.model.network;
  const index = parameterIndex(parameterLayout(shown.layers), parameter);
  // Names come from the file: they are text, whatever Markdown they may hold.
  const name = markdownText(parameterName(shown, parameter));
  const value = formatNumber(view.theta[index] ?? NaN, digits);
  const trained = view.epoch > 0 ? `, after epoch ${String(view.epoch)}` : '';
  const text = new vscode.MarkdownString(`**${name}** = ${value}${trained} · ${role(parameter)}\n\n`);
  const analysis = await session.values.analyse(view, null);
  if (!analysis || !view.model.data) {
    return text.appendMarkdown(`The file has no data, so it has no J and no ∂J/∂${name}.`);
  }
  const { exercise } = session.grading;
  if (exercise || !analysis.gradient) {
    const score = exercise ? ` (${String(exercise.right)} of ${String(exercise.asked)})` : '';
    text.appendMarkdown(`**∂J/∂${name}** is hidden until all claims are correct${score}.\n\n`);
    return linked(text, session, parameter);
  }
  const chain = await chainOf(view, parameter);
  if (!chain) return undefined;
  const lines = chainLines(shown, chain, view.model.data.training.count, digits);
  text
    .appendMarkdown(`**∂J/∂${name}** = ${formatNumber(analysis.gradient[index] ?? NaN, digits)}\n`)
    .appendCodeblock(lines.join('\n'), 'text');
  return linked(text, session, parameter);
}

function role({ layer, to, from }: ParameterId): string {
  const target = quantityName({ kind: 'z', layer: layer + 1, unit: to });
  if (from === 0) return `bias of ${target}`;
  const source = layer === 1 ? `x${subscript(String(from))}` : quantityName({ kind: 'a', layer, unit: from });
  return `weight from ${source} to ${target}`;
}

/** At most eight short lines: the largest path in symbols, then each path's product, then how many more there are. */
function chainLines(network: Network, chain: Chain, samples: number, digits: number): string[] {
  const number = (value: number): string => formatNumber(value, Math.min(digits, 4));
  const total = chain.pathCount * BigInt(samples);
  const lines: string[] = [];
  const first = chain.paths[0];
  if (first && first.factors.length <= MOST_FACTORS) {
    lines.push(...broken(first.factors.map((factor) => factorSymbol(factor, network))));
  }
  const penalty = chain.penalty === 0 ? [] : [`  penalty = ${number(chain.penalty)}`];
  const room = MOST_LINES - lines.length - penalty.length;
  const all = total <= BigInt(room);
  const listed = chain.paths.slice(0, all ? room : room - 1);
  for (const [index, path] of listed.entries()) {
    const factors = path.factors.slice(0, MOST_FACTORS).map(({ value }) => number(value));
    if (path.factors.length > MOST_FACTORS) factors.push('…');
    const sample = samples > 1 ? ` (sample ${String(path.sample)})` : '';
    lines.push(
      `${index === 0 ? '=' : '+'} ${factors.join(' · ')}${shareText(path.weight ?? 1, chain.divisor)} = ${number(path.contribution)}${sample}`,
    );
  }
  const left = total - BigInt(listed.length);
  if (!all) lines.push(`and ${String(left)} more ${left === 1n ? 'path' : 'paths'}`);
  return [...lines, ...penalty];
}

/** A product in lines that a hover has room for, none of which ends within a factor. */
function broken(factors: readonly string[]): string[] {
  const lines: string[] = [];
  for (const factor of factors) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(factor);
    else if (last.length + factor.length + 3 <= LINE) lines[lines.length - 1] = `${last} · ${factor}`;
    else lines.push(`  · ${factor}`);
  }
  return lines;
}

async function lossWithJ(
  session: FileSession,
  { file: { network } }: ReadText,
  digits: number,
): Promise<vscode.MarkdownString | undefined> {
  const view = network && viewFor(session, network);
  if (!view) return undefined;
  const analysis = await session.values.analyse(view, null);
  const value = analysis ? valueOfJ(view, analysis, digits) : 'The file has no data, so it has no J.';
  return new vscode.MarkdownString(`${lossText(network)}\n\n${value}`);
}

function valueOfJ(
  { model, epoch }: RunState,
  { loss, dataLoss, penalty, units }: ShownAnalysis,
  digits: number,
): string {
  if (units.a.length === 0) return '**J** is hidden until all answers of the sheet are correct.';
  const m = model.data?.training.count ?? 0;
  const terms = penaltyTerms(model.network);
  const convention = [sumText(model.network, model.data?.training.weights !== undefined), ...terms].join(' + ');
  const apart = terms.length > 0 ? ` = ${formatNumber(dataLoss, digits)} + ${formatNumber(penalty, digits)}` : '';
  const trained = epoch > 0 ? `, after epoch ${String(epoch)}` : '';
  return `**J** = ${convention}${apart} = **${formatNumber(loss, digits)}** (m = ${String(m)}${trained})`;
}
