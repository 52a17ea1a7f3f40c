/** Reads what a network file names beside its text: tensors into θ, arrays into rows. */

import type { FileRows } from './csv/dataset';
import type { ArrayPlace, ArrayRequest, TensorPlace } from './network/beside';
import { checkTargetRow, oneHot } from './network/targets';
import { sharedCopy } from './json/sharedNumbers';
import type { ProblemCode, Problems, Span } from './problems';
import { counted } from '../core/notation';
import { transposed } from '../core/layerMath';

/** The readers of models, which are loaded when one is opened. */
export type Importers = typeof import('./import');
type Tensor = ReturnType<Importers['readNpy']>;

/** The bytes of a file by its path from the network file. Throws an Error with a message for people. */
export type ReadBytes = (relativePath: string) => Promise<Uint8Array>;

/** A file is read once, however often it is named. */
class Files {
  private readonly read = new Map<string, Promise<readonly Tensor[]>>();

  constructor(
    private readonly importers: Importers,
    private readonly readBytes: ReadBytes,
  ) {}

  tensors(path: string): Promise<readonly Tensor[]> {
    let tensors = this.read.get(path);
    if (!tensors) {
      tensors = this.readBytes(path).then((bytes) => this.importers.readArrays(path, bytes));
      this.read.set(path, tensors);
    }
    return tensors;
  }
}

/** Fills `theta` from the tensors that belong there; what is wrong is reported where the text names them. */
export async function fillTheta(
  theta: Float64Array,
  places: readonly TensorPlace[],
  readBytes: ReadBytes,
  problems: Problems,
): Promise<void> {
  const files = new Files(await import('./import'), readBytes);
  for (const place of places) {
    const values = await tensorValues(place, files, problems);
    if (values) theta.set(values, place.first);
  }
}

async function tensorValues(
  { path, tensor: name, transposed: isTransposed, span, what, shape }: TensorPlace,
  files: Files,
  problems: Problems,
): Promise<Float64Array | undefined> {
  const report = (code: ProblemCode, message: string): undefined => {
    problems.report(code, span, message);
  };
  try {
    const tensors = await files.tensors(path);
    const tensor = tensors.find((candidate) => candidate.name === name);
    if (!tensor) {
      const names = tensors.slice(0, 12).map((candidate) => JSON.stringify(candidate.name));
      const known = names.join(', ') + (tensors.length > 12 ? ', …' : '');
      return report('tensor-missing', `${path} has no tensor ${JSON.stringify(name)}, expected one of ${known}`);
    }
    const stored = isTransposed ? [...shape].reverse() : shape;
    if (tensor.shape.join('×') !== stored.join('×')) {
      const turned = tensor.shape.join('×') === [...stored].reverse().join('×') && stored.length === 2;
      const hint = turned ? `; ${isTransposed ? 'leave out' : 'add'} "transposed": true` : '';
      const found = tensor.shape.join('×') || 'a single number';
      return report(
        'tensor-shape',
        `${what}: ${JSON.stringify(name)} is ${found}, expected ${stored.join('×')}${hint}`,
      );
    }
    const values = tensor.values();
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) {
      return report(
        'tensor-values',
        `${what}: ${JSON.stringify(name)} holds ${String(wrong)}, expected finite numbers`,
      );
    }
    const [units = 1, inputs = 1] = shape;
    return isTransposed ? transposed(values, inputs, units) : values;
  } catch (error) {
    return report('file-unreadable', messageOf(path, error));
  }
}

/** The rows of arrays; undefined after a report. */
export async function readArrayRows(
  request: ArrayRequest,
  readBytes: ReadBytes,
  problems: Problems,
): Promise<FileRows | undefined> {
  const files = new Files(await import('./import'), readBytes);
  const inputs = await arrayOf(request.inputs, files, problems);
  const targets = await arrayOf(request.targets, files, problems);
  if (!inputs || !targets || request.inputUnits === undefined || request.outputs === undefined) return undefined;
  const report = (code: ProblemCode, { span }: { readonly span: Span }, message: string): undefined => {
    problems.report(code, span, message);
  };
  const rows = inputs.shape[0] ?? 0;
  const { inputUnits, outputs } = request;
  if (rows === 0) return report('tensor-shape', request.inputs, `${inputs.name} has no rows, expected at least 1`);
  if (inputs.count !== rows * inputUnits) {
    const expected = `expected ${String(inputUnits)} numbers a row, one for each unit of layer 1`;
    return report('tensor-shape', request.inputs, `${inputs.name} is ${inputs.shape.join('×')}, ${expected}`);
  }
  if ((targets.shape[0] ?? 0) !== rows) {
    const expected = `expected ${String(rows)}, one for each row of ${inputs.name}`;
    return report(
      'tensor-shape',
      request.targets,
      `${targets.name} has ${counted(targets.shape[0] ?? 0, 'row')}, ${expected}`,
    );
  }
  const columns = request.oneHot ? 1 : outputs;
  if (targets.count !== rows * columns) {
    const meaning = request.oneHot
      ? 'the class of each row'
      : `${String(outputs)} numbers a row, one for each output unit`;
    return report(
      'tensor-shape',
      request.targets,
      `${targets.name} is ${targets.shape.join('×')}, expected ${meaning}`,
    );
  }
  const x = finite(inputs, request.inputs, problems);
  const y = finite(targets, request.targets, problems);
  if (!x || !y) return undefined;
  const weights = request.weights && (await readWeights(request.weights, rows, files, problems));
  if (request.weights && !weights) return undefined;
  const beside = { count: rows, inputs: x, ...(weights && { weights }) };
  if (!request.oneHot) return checked(request, y, columns, problems) ? { ...beside, targets: y } : undefined;
  return classRows(request, targets.name, beside, y, outputs, problems);
}

async function readWeights(
  place: ArrayPlace,
  rows: number,
  files: Files,
  problems: Problems,
): Promise<Float64Array | undefined> {
  const array = await arrayOf(place, files, problems);
  if (!array) return undefined;
  if (array.count !== rows) {
    const message = `${array.name} is ${array.shape.join('×')}, expected ${String(rows)} numbers, one for each row`;
    problems.report('tensor-shape', place.span, message);
    return undefined;
  }
  const weights = finite(array, place, problems);
  const wrong = weights?.find((weight) => weight < 0);
  if (wrong === undefined) return weights;
  problems.report('tensor-values', place.span, `${array.name} holds ${String(wrong)}, expected numbers ≥ 0`);
  return undefined;
}

/** Class k is unit k + 1. */
function classRows(
  { targets }: ArrayRequest,
  name: string,
  beside: Omit<FileRows, 'targets'>,
  classes: Float64Array,
  outputs: number,
  problems: Problems,
): FileRows | undefined {
  const wrong = classes.findIndex((value) => !Number.isInteger(value) || value < 0 || value >= outputs);
  if (wrong >= 0) {
    const expected = `expected a class from 0 to ${String(outputs - 1)}, one for each output unit`;
    problems.report(
      'class-count',
      targets.span,
      `row ${String(wrong + 1)} of ${name} is ${String(classes[wrong])}, ${expected}`,
    );
    return undefined;
  }
  return {
    ...beside,
    targets: oneHot(Uint32Array.from(classes), outputs),
    classNames: Array.from({ length: outputs }, (_, index) => String(index)),
  };
}

function checked({ loss, targets }: ArrayRequest, y: Float64Array, columns: number, problems: Problems): boolean {
  if (!loss) return true;
  let wrong = 0;
  for (let at = 0; at < y.length && wrong === 0; at += columns) {
    checkTargetRow(loss, y.subarray(at, at + columns), (code, message) => {
      if (wrong++ > 0) return;
      problems.report(code, targets.span, `row ${String(at / columns + 1)}: ${message}`);
    });
  }
  return wrong === 0;
}

interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly tensor: Tensor;
}

async function arrayOf(
  { path, array, span }: ArrayPlace,
  files: Files,
  problems: Problems,
): Promise<NamedArray | undefined> {
  try {
    const tensors = await files.tensors(path);
    const tensor = array === undefined ? tensors[0] : tensors.find(({ name }) => name === array);
    if (!tensor) {
      const known = tensors.slice(0, 12).map(({ name }) => JSON.stringify(name));
      const message = `${path} has no array ${JSON.stringify(array)}, expected one of ${known.join(', ')}`;
      problems.report('tensor-missing', span, message);
      return undefined;
    }
    const { shape } = tensor;
    const name = array === undefined ? path : `${JSON.stringify(array)} of ${path}`;
    return { name, shape, count: shape.reduce((product, length) => product * length, 1), tensor };
  } catch (error) {
    problems.report('file-unreadable', span, messageOf(path, error));
    return undefined;
  }
}

/** The numbers where all of them are finite, for all threads to read. */
function finite({ name, tensor }: NamedArray, { span }: ArrayPlace, problems: Problems): Float64Array | undefined {
  const values = tensor.values();
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    problems.report('tensor-values', span, `${name} holds ${String(values[wrong])}, expected finite numbers`);
    return undefined;
  }
  return sharedCopy(values);
}

function messageOf(path: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.includes(path) ? message : `${path}: ${message}`;
}
