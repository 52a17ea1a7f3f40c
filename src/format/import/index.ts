/** Models of other tools: bytes → layers, notes and questions. One row a format. */

import { modelOfArrays } from './arrayModel';
import { isBrainJs, readBrainJs } from './brainJs';
import { isConvNetJs, readConvNetJs } from './convNetJs';
import { isFann, readFann } from './fann';
import { isHdf5 } from './hdf5';
import { ImportError, corrupt } from './importError';
import { isKerasArchive, readKeras } from './keras';
import type { ImportContext, ImportedModel } from './model';
import { isRecord, parseModelJson } from './modelJson';
import { isNpy, readNpy, readNpz } from './numpy';
import { readOnnx } from './onnx';
import { isOnnx } from './onnxFile';
import { isSafetensors, readSafetensors } from './safetensors';
import { modelOfTensors } from './stateDict';
import type { Tensor } from './tensor';
import { isSynaptic, readSynaptic } from './synaptic';
import { isTfjs, readTfjs } from './tfjs';
import { readTorch } from './torch';
import { isLegacyTorch, isTorchArchive } from './torchFile';
import { isZip, readZip } from './zip';

export { ImportError } from './importError';
export type { ImportCode, ImportQuestion } from './importError';
export type { ImportContext, LossWords, ImportedModel, ModelLayer, WeightOrientation } from './model';
export { parameterCount, shapeOf } from './model';
export { answered, importQuestionsOf } from './answers';
export { parseActivation } from './names';
export { readNpy } from './numpy';
export { rewrittenSafetensors, writeSafetensors, type TensorToWrite } from './writeSafetensors';
export { dataWords } from './dataWords';
export { modelFile, type ModelFile, type DataWords } from './modelFile';

interface ModelFormat {
  /** In a sentence: the content looks like … */
  readonly name: string;
  readonly endings: readonly string[];
  recognizes(bytes: Uint8Array): boolean;
  read(bytes: Uint8Array, context: ImportContext): ImportedModel;
}

const FORMATS: readonly ModelFormat[] = [
  {
    name: 'safetensors',
    endings: ['.safetensors'],
    recognizes: isSafetensors,
    read: (bytes, context) => modelOfTensors(readSafetensors(bytes), context),
  },
  {
    name: 'a PyTorch file',
    endings: ['.pt', '.pth'],
    recognizes: (bytes) => isLegacyTorch(bytes) || isTorchArchive(bytes),
    read: readTorch,
  },
  {
    name: 'a NumPy archive',
    endings: ['.npz'],
    recognizes: (bytes) => isZip(bytes) && readZip(bytes).some(({ name }) => name.endsWith('.npy')),
    read: (bytes, context) => modelOfArrays(readNpz(bytes), context),
  },
  { name: 'ONNX', endings: ['.onnx'], recognizes: isOnnx, read: readOnnx },
  { name: 'a Keras 3 archive', endings: ['.keras'], recognizes: isKerasArchive, read: readKeras },
  { name: 'HDF5', endings: ['.h5', '.hdf5', '.keras'], recognizes: isHdf5, read: readKeras },
  { name: 'a FANN network', endings: ['.net'], recognizes: isFann, read: readFann },
  { name: 'JSON', endings: ['.json'], recognizes: looksLikeJson, read: readJson },
];

/** The endings of files that can be imported, for a file dialog. */
export const MODEL_ENDINGS: readonly string[] = [...new Set(FORMATS.flatMap(({ endings }) => endings))];

/**
 * The model in the bytes of a file of that name. Throws an `ImportError` where the name’s ending is of no format, the
 * content is of another, the file is damaged, or it holds what a network here cannot.
 */
export function readModel(name: string, bytes: Uint8Array, context: ImportContext): ImportedModel {
  const rows = FORMATS.filter(({ endings }) => endings.some((ending) => name.toLowerCase().endsWith(ending)));
  if (rows.length === 0) {
    throw new ImportError('wrong-format', `the name’s ending is none of ${MODEL_ENDINGS.join(', ')}`);
  }
  const row = rows.find((candidate) => matches(candidate, bytes));
  if (row) return withinStack(() => row.read(bytes, context));
  const other = contentOf(bytes);
  if (other !== undefined) {
    const wanted = rows.map((candidate) => candidate.name).join(' or ');
    throw new ImportError('wrong-format', `the content looks like ${other}, but the name’s ending means ${wanted}`);
  }
  // Of no format that is known: the reader of the ending says what is wrong.
  return withinStack(() => {
    rows[0]?.read(bytes, context);
    throw corrupt(`the content is not ${rows[0]?.name ?? 'of the format'}`);
  });
}

/** What the content looks like, in words; undefined where it looks like nothing that is known. */
function contentOf(bytes: Uint8Array): string | undefined {
  const row = FORMATS.find((candidate) => matches(candidate, bytes));
  if (row) return row.name;
  if (isNpy(bytes)) return 'one NumPy array (.npy)';
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 256)).trimStart();
  if (/^<(!doctype|html|\?xml)/i.test(start)) return 'a web page (HTML)';
  if (/^version https:\/\/git-lfs/.test(start)) return 'a pointer of Git LFS, not the file itself';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'a gzip archive';
  if (isZip(bytes) && bytes.length > 3) return plausibleZip(bytes) ? 'a ZIP archive' : undefined;
  return undefined;
}

function plausibleZip(bytes: Uint8Array): boolean {
  try {
    return readZip(bytes).length >= 0;
  } catch {
    return false;
  }
}

function matches(row: ModelFormat, bytes: Uint8Array): boolean {
  try {
    return row.recognizes(bytes);
  } catch {
    return false;
  }
}

/** A file that is nested without end runs out of stack or memory: that is its fault. */
function withinStack<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof ImportError) throw error;
    if (error instanceof RangeError) throw corrupt('the file is damaged: a length or a nesting in it cannot be');
    throw error;
  }
}

function looksLikeJson(bytes: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).replace(/^ï»¿/, '').trimStart();
  return start.startsWith('{') || start.startsWith('[');
}

const JSON_READERS: readonly {
  readonly name: string;
  readonly is: (value: unknown) => value is Readonly<Record<string, unknown>>;
  readonly read: (value: Readonly<Record<string, unknown>>, context: ImportContext) => ImportedModel;
}[] = [
  { name: 'TensorFlow.js', is: isTfjs, read: readTfjs },
  { name: 'ConvNetJS', is: isConvNetJs, read: readConvNetJs },
  { name: 'Synaptic', is: isSynaptic, read: readSynaptic },
  { name: 'brain.js', is: isBrainJs, read: readBrainJs },
];

function readJson(bytes: Uint8Array, context: ImportContext): ImportedModel {
  const value = parseModelJson(bytes, 'the file');
  const reader = JSON_READERS.find(({ is }) => is(value));
  if (reader && isRecord(value)) return reader.read(value, context);
  const names = JSON_READERS.map(({ name }) => name).join(', ');
  if (isRecord(value) && Array.isArray(value['layers']) && ('loss' in value || 'data' in value)) {
    throw new ImportError('wrong-format', 'the file is a network file already: open it as it is');
  }
  throw new ImportError('wrong-format', `the JSON is not from any known tool (${names})`);
}

/** The arrays of a file by its name's ending: .npy, .npz, .safetensors. Throws an `ImportError`. */
export function readArrays(name: string, bytes: Uint8Array): Tensor[] {
  if (/\.npy$/i.test(name)) return [readNpy(bytes)];
  return /\.npz$/i.test(name) ? readNpz(bytes) : readSafetensors(bytes);
}
