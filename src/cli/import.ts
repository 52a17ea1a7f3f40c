/** `import MODEL`: a model of another tool as a network file. */

import { closeSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { ACTIVATIONS, LOSSES, type LossName } from '../core/functions';
import type { Activation } from '../core/network';
import { printableJson } from '../core/printable';
import { contains, openRegular, readInside, sameFile } from '../disk/open';
import { reasonOf } from '../disk/reason';
import type { ImportedModel, ModelFile, WeightOrientation } from '../format/import';
import { MOST_INLINE } from '../format/import/limits';
import type { ExitStatus, Options, Request } from './command';
import { FileError, UsageError } from './command';
import { printJson } from './json';
import type { OutputFile } from '../disk/keep';
import { outputFile, writeOutput } from './outputFile';
import { complain, print, printPieces } from './streams';
import type { Importers } from '../format/besideText';

const ORIENTATIONS: readonly WeightOrientation[] = ['inputs-by-units', 'units-by-inputs'];

/** What the text can hold at all. */
const MOST_IN_TEXT = 4e6;
const LARGEST_FILE = 2 ** 30;

export async function importCommand({ files: [file = ''], options }: Request): Promise<ExitStatus> {
  const importers = await import('../format/import');
  const out = options.text('output');
  const target = out === '-' ? undefined : await outputFile(out);
  if (target !== undefined && sameFile(target, file)) throw new UsageError('--output is MODEL itself');
  const told = readOptions(options, importers);
  const model = refusing(importers, file, () => {
    const read = importers.readModel(file, bytesOf(file, importers), {
      ...told,
      readBeside: (path) => beside(options.text('root'), file, path, importers),
    });
    return importers.answered(read, told.activations);
  });
  checkLoss(told.loss, model);
  const sidecar = sidecarName(importers, model, file, target, out, options);
  const written = write(importers, model, file, target, told.loss, options, sidecar);
  if (target !== undefined) {
    const files: OutputFile[] = [{ path: target, content: written.text }];
    if (written.tensors && sidecar !== undefined) {
      files.unshift({ path: join(dirname(target), sidecar), content: written.tensors });
    }
    const failure = await writeOutput(files);
    if (failure) throw failure;
  }
  if (out === '-') {
    complain(model.notes.map((note) => `${file}: note: ${note}`));
    await printPieces([printableJson(written.text)]);
  } else if (options.flag('json')) {
    await printJson({ output: target ?? null, layers: layersOf(model), notes: model.notes });
  } else print(report(importers.shapeOf(model), file, model, target, sidecar));
  return 0;
}

interface HostState {
  readonly activations?: readonly Activation[];
  readonly orientation?: WeightOrientation;
  readonly order?: readonly string[];
  readonly loss?: LossName;
}

function readOptions(options: Options, { parseActivation }: Importers): HostState {
  const activations = options.text('activations')?.split(/,(?![^(]*\))/);
  const orientation = options.word('orientation', ORIENTATIONS);
  const order = options
    .text('order')
    ?.split(',')
    .map((name) => name.trim());
  const loss = options.word('loss', Object.keys(LOSSES) as LossName[]);
  return {
    ...(activations && {
      activations: activations.map((text) => {
        const activation = parseActivation(text);
        if (!activation) throw new UsageError(`--activations: “${text}” is not an activation of the format`);
        return activation;
      }),
    }),
    ...(orientation && { orientation }),
    ...(order && { order }),
    ...(loss && { loss }),
  };
}

/** `FILE: error CODE: message` of what cannot be imported. */
function refusing<Result>({ ImportError }: Importers, file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    throw new FileError([`${file}: error ${error.code}: ${error.message}`]);
  }
}

function bytesOf(file: string, { ImportError }: Importers): Uint8Array {
  let size: number;
  try {
    const opened = openRegular(file);
    ({ size } = opened);
    try {
      if (size <= LARGEST_FILE) return readFileSync(opened.descriptor);
    } finally {
      closeSync(opened.descriptor);
    }
  } catch (error) {
    throw new ImportError('unreadable', reasonOf(error));
  }
  throw new ImportError('too-large', `the file has ${String(size)} bytes, expected at most 1 GiB`);
}

function beside(root: string | undefined, file: string, path: string, { ImportError }: Importers): Uint8Array {
  const folder = dirname(file);
  const words = { name: path, rootName: root ?? 'the folder of the model' };
  try {
    return readInside(root ?? folder, resolve(folder, path.replaceAll('\\', '/')), words);
  } catch (error) {
    throw new ImportError('unreadable', error instanceof Error ? error.message : String(error));
  }
}

function checkLoss(loss: LossName | undefined, { layers }: ImportedModel): void {
  const output = layers.at(-1)?.activation?.type;
  if (loss === undefined || !LOSSES[loss].needsProbabilities) return;
  if (output !== undefined && ACTIVATIONS[output].probabilities) return;
  throw new UsageError(
    `--loss ${loss} needs outputs in (0, 1), but those of ${output ?? 'the output'} need not lie there`,
  );
}

/** The file of tensors beside the output; undefined where the numbers are written out. */
function sidecarName(
  importers: Importers,
  model: ImportedModel,
  file: string,
  target: string | undefined,
  out: string | undefined,
  options: Options,
): string | undefined {
  const [inline, wanted] = [options.flag('inline'), options.flag('sidecar')];
  if (inline && wanted) throw new UsageError('--inline and --sidecar cannot be combined');
  if (wanted && out === '-')
    throw new UsageError('--sidecar needs --output FILE: standard output has no folder for a file beside it');
  const count = importers.parameterCount(model);
  if (inline || out === '-') {
    if (count > MOST_IN_TEXT)
      throw new UsageError(`a text holds at most 4 × 10⁶ parameters, not ${String(count)}; leave out --inline`);
    return undefined;
  }
  if (!wanted && count <= MOST_INLINE) return undefined;
  const stem = basename(target ?? file).replace(/\.nn\.json$|\.[^.]*$/, '');
  const name = `${stem}.weights.safetensors`;
  const taken = target !== undefined && sameFile(join(dirname(target), name), file);
  return taken ? `${stem}.imported.safetensors` : name;
}

function write(
  importers: Importers,
  model: ImportedModel,
  file: string,
  target: string | undefined,
  loss: LossName | undefined,
  options: Options,
  sidecar: string | undefined,
): ModelFile {
  const data = options.text('data');
  const folder = target === undefined ? '.' : dirname(target);
  const words =
    data === undefined
      ? undefined
      : refusing(importers, data, () => {
          if (!contains(realpathSync(folder), realpathOf(data, importers))) {
            throw new importers.ImportError(
              'unreadable',
              'it is outside the folder of OUT: a network file reads only what is beside it',
            );
          }
          const path = relative(realpathSync(folder), realpathSync(data)).replaceAll('\\', '/');
          const shape = { inputs: model.layers[0]?.inputs ?? 1, outputs: model.layers.at(-1)?.units ?? 1 };
          return importers.dataWords(path, bytesOf(data, importers), shape);
        });
  const name = basename(target ?? file).replace(/\.nn\.json$|\.[^.]*$/, '');
  return importers.modelFile(model, {
    name,
    ...(loss && { loss }),
    ...(words && { data: words }),
    ...(sidecar !== undefined && { sidecar }),
  });
}

function realpathOf(path: string, { ImportError }: Importers): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw new ImportError('unreadable', reasonOf(error));
  }
}

function layersOf({ layers }: ImportedModel): object[] {
  return [
    { units: layers[0]?.inputs ?? 0 },
    ...layers.map(({ units, activation = { type: 'identity' } }) => ({
      units,
      activation: Object.keys(activation).length > 1 ? activation : activation.type,
    })),
  ];
}

/** `model.onnx: 4-5-3, 43 parameters`, each layer, the notes, and where it was written. */
function report(
  shape: string,
  file: string,
  model: ImportedModel,
  target: string | undefined,
  sidecar: string | undefined,
): string[] {
  const lines = [`${file}: ${shape}`];
  for (const [index, { name, activation, biases }] of model.layers.entries()) {
    const { type = 'identity', ...constants } = activation ?? {};
    const constant = Object.values(constants).map((value) => `(${String(value)})`);
    const from = name === undefined || name === '' ? '' : `, from ${name}`;
    lines.push(`  layer ${String(index + 2)}: ${type}${constant.join('')}${biases ? '' : ', no biases'}${from}`);
  }
  for (const note of model.notes) lines.push(`note: ${note}`);
  if (target === undefined) lines.push('nothing was written; use --output OUT.nn.json');
  else {
    const beside = sidecar === undefined ? '' : `, its numbers to ${join(dirname(target), sidecar)}`;
    lines.push(`written to ${target}${beside}; nothing was changed in ${file}`);
  }
  return lines;
}
