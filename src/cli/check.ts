/** `check FILE…`: the gradient check, and a verdict on every gradient that the file claims. */

import { readFileSync } from 'node:fs';
import { reasonOf } from '../disk/reason';
import { requireSample } from '../core/backprop';
import type { CheckReport } from '../core/check';
import { type JudgedClaim, type Judgment, judgeClaims } from '../core/mistakes/claims';
import { type Network, type ParameterId, objectiveOf, sameParameter } from '../core/network';
import { checkFast } from '../engine/kernels/checking';
import type { JudgedAnswer, SheetJudgment } from '../core/exercise/judge';
import type { Lock } from '../app/sheet';
import { judgmentOf } from '../app/sheetJudgment';
import { githubLines, hintedDocument, hintedText, valueDocuments } from './checkHints';
import { checkLine, checkText } from './checkText';
import { type ExitStatus, FileError, type Options, type Request } from './command';
import type { PlacedClaim } from '../format';
import { type GradientFile, ORIENTATIONS, type Orientation, readGradients } from '../format/gradients';
import { ImportError } from '../format/import/importError';
import { type Input, load, read, trainingSamples } from './input';
import { printJson } from './json';
import { lockFor } from './lock';
import { inRange, readParameter } from './parameter';
import { placesIn, problemLines } from '../format/places';
import { complain, print } from './streams';

const FORMATS = ['text', 'json', 'github'] as const;

export async function checkCommand({ files, options }: Request): Promise<ExitStatus> {
  const [first = ''] = files;
  return files.length === 1 ? one(first, options) : many(files, options);
}

/** What a file's check found. */
export interface Outcome {
  readonly file: string;
  readonly input: Input;
  readonly report: CheckReport;
  readonly judgment: Judgment;
  /** In the order of the judgment's claims. */
  readonly places: readonly ClaimPlace[];
  /** The l whose gradients stand the other way round in the file of gradients. */
  readonly transposed: readonly number[];
  /** What the file asks beside ∂J/∂θ. */
  readonly values: readonly JudgedAnswer[];
  readonly lock: Lock;
}

/** Where a claim stands; without line and column in a binary file. */
export interface ClaimPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The claims to be judged, and whether they were computed. */
interface Claimed {
  readonly claims: readonly PlacedClaim[];
  readonly computed: boolean;
  readonly file: string;
  /** Undefined for a binary file. */
  readonly text: string | undefined;
  readonly transposed: readonly number[];
}

async function one(file: string, options: Options): Promise<ExitStatus> {
  const outcome = await checkInput(file, await load(file, options.text('root')), options);
  const format = formatOf(options);
  const isHinted = outcome.lock.hidden.backward || options.flag('hints');
  if (format === 'json') await printJson(isHinted ? hintedDocument(outcome) : document(outcome));
  else if (format === 'github') print(githubLines(outcome));
  else print(isHinted ? hintedText(outcome) : checkText(outcome));
  return statusOf(outcome);
}

/** A file that is wrong does not keep the others from being graded. */
async function many(files: readonly string[], options: Options): Promise<ExitStatus> {
  const documents: object[] = [];
  const format = formatOf(options);
  let status: ExitStatus = 0;
  for (const file of files) {
    try {
      const { input, lines } = await read(file, options.text('root'));
      if (!input) throw new FileError(lines);
      complain(lines);
      const outcome = await checkInput(file, input, options);
      const isHinted = outcome.lock.hidden.backward || options.flag('hints');
      if (format === 'json') documents.push(isHinted ? hintedDocument(outcome) : document(outcome));
      else if (format === 'github') print(githubLines(outcome));
      else print(isHinted ? hintedText(outcome) : [checkLine(outcome)]);
      if (status === 0) status = statusOf(outcome);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      complain(error.lines);
      status = 2;
    }
  }
  if (format === 'json') await printJson({ files: documents });
  return status;
}

function formatOf(options: Options): (typeof FORMATS)[number] {
  return options.flag('json') ? 'json' : (options.word('format', FORMATS) ?? 'text');
}

async function checkInput(file: string, input: Input, options: Options): Promise<Outcome> {
  const samples = trainingSamples(input);
  const { network } = input.content;
  const sample = options.integer('sample', 1);
  if (sample !== undefined) inRange(() => requireSample(samples, sample), sample);
  const wanted = options.texts('parameter').map((text) => readParameter(network, text));
  const report = checkFast(objectiveOf(network, samples), {
    ...(sample !== undefined && { sample }),
    ...(wanted.length > 0 && { parameters: wanted }),
    ...(options.flag('dual') && { against: 'dual' }),
  });
  const { claims, computed, transposed, ...source } = claimsOf(file, input, network, options);
  const at = source.text === undefined ? undefined : placesIn(source.text);
  const lock = await lockFor(input, options);
  const sheet = judgmentOf(input.content);
  const judgment = judgeClaims(network, network.theta, samples, claims, { computed });
  return {
    file,
    input,
    report,
    judgment: computed || input.content.exercise === undefined ? judgment : byTolerance(judgment, sheet),
    places: claims.map(({ offset }) => ({ file: source.file, ...at?.(offset) })),
    transposed,
    values: (sheet?.answers ?? []).filter(({ question }) => question.quantity !== 'gradient'),
    lock,
  };
}

/** Those of the file of gradients, where one is named, else those of the network file. */
function claimsOf(file: string, { content, text }: Input, network: Network, options: Options): Claimed {
  const grads = options.text('gradients');
  const orientation = options.word('orientation', ORIENTATIONS) ?? 'units-by-inputs';
  if (grads === undefined) return { claims: content.claims, computed: false, file, text, transposed: [] };
  const read = readGradientFile(grads, network, orientation);
  return { ...read, computed: true, file: grads, text: read.text };
}

/** The verdicts that a sheet's own tolerance gives. */
function byTolerance(judgment: Judgment, sheet: SheetJudgment | undefined): Judgment {
  const verdicts = { right: 'correct', wrong: 'wrong', tooCoarse: 'too-coarse' } as const;
  const claims = judgment.claims.map((claim): JudgedClaim => {
    const isOfClaim = ({ question }: JudgedAnswer): boolean =>
      question.quantity === 'gradient' && sameParameter(question.parameter, claim.parameter);
    const { state = 'open', hint = null } = sheet?.answers.find(isOfClaim) ?? {};
    // What is not asked is judged at its digits.
    if (state === 'open' || verdicts[state] === claim.verdict) return claim;
    if (state === 'right') return { ...claim, verdict: 'correct', diagnosis: null, hint: null, location: null };
    return {
      ...claim,
      verdict: verdicts[state],
      diagnosis: { code: 'too-coarse', message: hint ?? '', detail: {} },
      hint,
    };
  });
  return { ...judgment, claims };
}

function statusOf({ report, judgment: { claims }, values }: Outcome): ExitStatus {
  const isWrong =
    claims.some(({ verdict }) => verdict !== 'correct') ||
    values.some(({ state }) => state === 'wrong' || state === 'tooCoarse');
  return report.verdict === 'fail' || isWrong ? 1 : 0;
}

function document(outcome: Outcome): object {
  const { file, report, judgment, places, transposed } = outcome;
  const { verdict, method, parameters } = report;
  const [worst] = parameters;
  return {
    file,
    verdict,
    method,
    parametersChecked: parameters.length,
    worst: worst && { ...named(worst.parameter), relativeError: worst.relativeError },
    parameters: parameters.map((one) => ({
      ...named(one.parameter),
      analytic: one.analytic,
      numeric: one.numeric,
      absoluteError: one.absoluteError,
      relativeError: one.relativeError,
      errorBound: one.errorBound,
      verdict: one.verdict,
      reason: one.reason,
    })),
    claims: judgment.claims.map((claim, n) => claimDocument(claim, places[n])),
    ...(outcome.values.length > 0 && { values: valueDocuments(outcome, true) }),
    diagnosis: judgment.diagnosis,
    arithmetic: judgment.claims.length > 0 ? judgment.arithmetic : undefined,
    transposed: transposed.length > 0 ? transposed : undefined,
  };
}

function claimDocument(
  { parameter, claimed, gradient, verdict, diagnosis }: JudgedClaim,
  { line, column }: Pick<ClaimPlace, 'line' | 'column'> = {},
): object {
  return { ...named(parameter), claimed, gradient, line, column, verdict, diagnosis };
}

function named({ layer, to, from }: ParameterId): ParameterId {
  return { layer, to, from };
}

/** A file of gradients that another program found. Throws a `FileError` where it cannot be read. */
function readGradientFile(file: string, network: Network, orientation: Orientation): GradientFile {
  let found: GradientFile;
  try {
    found = readGradients(readFileSync(file), network, orientation);
  } catch (error) {
    if (!(error instanceof ImportError || (error instanceof Error && 'code' in error))) throw error;
    throw new FileError([`${file}:1:1: error unreadable: ${reasonOf(error)}`]);
  }
  const lines = problemLines(file, found.text ?? '', found.problems);
  if (found.problems.some(({ severity }) => severity === 'error')) throw new FileError(lines);
  complain(lines);
  return found;
}
