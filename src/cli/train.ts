/** `train FILE`: runs the file's training; `--output` writes the file again with the trained weights. */

import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { trainingText, type RunSummary } from '../app/trainingText';
import type { EpochRows } from '../core/epochs';
import { type Network, parameterLayout } from '../core/network';
import { poolOf, type PoolThreadStart } from '../engine/pool/workerPool';
import type { StopReason } from '../core/run';
import { Trainer } from '../engine/trainer';
import { type FileWords, readInside, sameFile } from '../disk/open';
import { movedTensors, tensorFiles, writeWeights, type TextEdit } from '../format';
import type { ExitStatus, Request } from './command';
import { type Input, load, trainingSamples } from './input';
import { printJson } from './json';
import { requireUnlocked } from './lock';
import type { OutputFile } from '../disk/keep';
import { outputFile, writeOutput } from './outputFile';
import { progressLine } from './progressLine';
import { print, standardError } from './streams';

/** Milliseconds of training between two looks at signals. */
const SLICE = 50;
/** What ends a run early: Ctrl-C, and what `timeout` and job schedulers send. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export async function trainCommand({ files: [file = ''], options }: Request): Promise<ExitStatus> {
  const epochs = options.integer('epochs', 0);
  const output = await outputFile(options.text('output'));
  const input = await load(file, options.text('root'));
  await requireUnlocked(input, options);
  const json = options.flag('json');
  const result = await trainToEnd(input, epochs, json);
  const failure =
    output === undefined
      ? undefined
      : await writeOutput(await withWeights(input, result.trainer.theta, output, options.text('root')));
  if (json) await printJson(document(input, result));
  else {
    print(trainingText(input.content.network, summary(result)));
    if (output !== undefined && !failure) print([`weights written to ${output}`]);
  }
  // What the run found is printed first: it is all there is where the file could not be written.
  if (failure) throw failure;
  return result.end === 'diverged' ? 1 : 0;
}

interface Result {
  readonly trainer: Trainer;
  readonly end: StopReason;
  /** In pieces; the first and the last of them where not all were asked for. */
  readonly history: readonly EpochRows[];
}

/** Trains until the run ends, or until an interrupt (Ctrl-C) or SIGTERM ends it with what it has. */
async function trainToEnd(input: Input, epochs: number | undefined, wholeHistory: boolean): Promise<Result> {
  const { network, data } = input.content;
  const training = trainingSamples(input);
  const trainer = new Trainer(
    network,
    { ...data, training },
    {
      ...(epochs !== undefined && { epochs }),
      // The document has a row for every epoch, however many; a person sees the first and the newest.
      mostRows: wholeHistory ? Infinity : 2,
      pool: poolOf(cores, startThread),
    },
  );
  const progress = progressLine(standardError, network.name, epochs ?? network.training.epochs);
  const history: EpochRows[] = [];
  const interrupt = (): void => {
    trainer.cancel();
  };
  // Once: a second interrupt ends the program as it would any other.
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    while (!trainer.end) {
      trainer.run(SLICE);
      const rows = trainer.takeHistory();
      if (rows.loss.length > 0) history[wholeHistory ? history.length : Math.min(history.length, 1)] = rows;
      progress.show(trainer);
      // Signals arrive between two turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    progress.clear();
    trainer.dispose();
  }
  return { trainer, end: trainer.end, history };
}

/** Of several cores, one is left to all else that goes on. Loading these modules takes longer than a small network trains, hence only when threads are wanted. */
function cores(): number {
  const all = process.getBuiltinModule('node:os').availableParallelism();
  return all > 2 ? all - 1 : all;
}

function startThread(post: PoolThreadStart): Worker {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Worker(join(__dirname, 'poolWorker.js'), { workerData: post });
}

function summary({ trainer, end, history }: Result): RunSummary {
  const validationLoss = history.at(-1)?.validationLoss.at(-1);
  return {
    epochs: trainer.epoch,
    before: history[0]?.loss[0],
    after: trainer.loss,
    end,
    ...(validationLoss !== undefined && { validationLoss }),
  };
}

function document({ content: { network } }: Input, { trainer, end, history }: Result): object {
  return {
    epochs: trainer.epoch,
    loss: trainer.loss,
    stopReason: end,
    history: historyOf(history),
    layers: layersOf(network, trainer.theta),
  };
}

function* historyOf(pieces: readonly EpochRows[]): Generator<object> {
  for (const { epochs, loss, validationLoss } of pieces) {
    for (const [k, epoch] of epochs.entries()) yield { epoch, loss: loss[k], validationLoss: validationLoss[k] };
  }
}

function layersOf(network: Network, theta: Float64Array): object[] {
  return parameterLayout(network.layers).layers.map(({ rows, columns, weights, biases }, l) => ({
    layer: l + 1,
    weights: Array.from({ length: rows }, (_, i) => theta.subarray(weights + i * columns, weights + (i + 1) * columns)),
    biases: biases < 0 ? null : theta.subarray(biases, biases + rows),
  }));
}

/**
 * The file with these parameters. Tensors beside FILE are written again where OUT is FILE, else to a file of their own beside
 * OUT, which its text names: FILE and what it reads stay as they were.
 */
export async function withWeights(
  { file, text, content: { source } }: Input,
  theta: Float64Array,
  output: string,
  root: string | undefined,
): Promise<OutputFile[]> {
  const edits = writeWeights(text, source, theta);
  if (file !== '-' && sameFile(file, output)) {
    const folder = dirname(file);
    const placeOf = (path: string): string => resolve(folder, path.replaceAll('\\', '/'));
    const words = (path: string): FileWords => ({ name: path, rootName: root ?? 'the folder of the network file' });
    const read = (path: string): Promise<Uint8Array> =>
      Promise.resolve().then(() => readInside(root ?? folder, placeOf(path), words(path)));
    const tensors = await tensorFiles(source, theta, read);
    const beside = tensors.map(({ path, bytes }) => ({ path: placeOf(path), content: bytes }));
    return [...beside, { path: output, content: edited(text, edits) }];
  }
  const name = freeName(output, file === '-' ? '.' : dirname(file));
  const moved = await movedTensors(source, theta, name);
  const content = edited(text, [...edits, ...(moved?.edits ?? [])]);
  const beside = moved ? [{ path: join(dirname(output), name), content: moved.file.bytes }] : [];
  return [...beside, { path: output, content }];
}

/** The name of a file of tensors beside OUT that is none which FILE may read. */
function freeName(output: string, folder: string): string {
  const stem = basename(output).replace(/(\.nn)?\.json$/i, '');
  const names = [`${stem}.weights.safetensors`, `${stem}.trained.safetensors`];
  const isFree = (name: string): boolean =>
    dirname(resolve(output)) !== resolve(folder) || !existsSync(join(folder, name));
  return names.find(isFree) ?? `${stem}.${String(Date.now())}.safetensors`;
}

function edited(text: string, unsorted: readonly TextEdit[]): string {
  const edits = [...unsorted].sort((a, b) => a.offset - b.offset);
  const pieces: string[] = [];
  let end = 0;
  for (const edit of edits) {
    pieces.push(text.slice(end, edit.offset), edit.text);
    end = edit.offset + edit.length;
  }
  return pieces.join('') + text.slice(end);
}
