/** "Open model as network…": a model of another tool as a network file beside it, with what its file does not say asked for. */

import { ACTIVATIONS, LOSSES, type ActivationName, type LossName } from '../core/functions';
import type { Activation } from '../core/network';
import type { ImportedModel, WeightOrientation, ImportQuestion } from '../format/import';
import { MOST_INLINE } from '../format/import/limits';
import { baseName } from './names';
import { counted } from '../core/notation';
import type { Importers } from '../format/besideText';

/** What is to be chosen from; `detail` says what a choice means. */
export interface ImportChoice<Value> {
  readonly label: string;
  readonly detail?: string;
  readonly value: Value;
}

/** Where the model is, and how a reader is asked about it. */
export interface ModelSource {
  readonly uri: { readonly path: string };
  readonly bytes: Uint8Array;
  /** The bytes of a file that the model names, relative to it. Throws an Error for people. */
  readonly readBeside: (path: string) => Promise<Uint8Array>;
  /** True where there is a file of that name beside the model. */
  readonly exists: (name: string) => Promise<boolean>;
  /** undefined: canceled. */
  readonly choose: <Value>(question: string, choices: readonly ImportChoice<Value>[]) => Promise<Value | undefined>;
}

/** What is to be written beside the model. */
export interface OpenedModel {
  readonly name: string;
  readonly text: string;
  /** The file that the text takes its numbers from. */
  readonly tensors: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  /** `4-5-3, 43 parameters` */
  readonly shape: string;
  /** What was left out or taken for granted. */
  readonly notes: readonly string[];
}

/**
 * The network file of a model; undefined where a question was not answered. Throws an `ImportError` where the file cannot be
 * imported. Its name and that of its tensors are new in the folder: nothing is overwritten.
 */
export async function convertModel(source: ModelSource, importers: Importers): Promise<OpenedModel | undefined> {
  const read = await readAsking(source, importers);
  const activations = read && (await activationsOf(read, source, importers));
  if (!activations) return undefined;
  const model = importers.answered(read, activations);
  const loss = model.loss ?? (await lossOf(model, source));
  if (loss === undefined) return undefined;
  const stem = await freeStem(source);
  const isLarge = importers.parameterCount(model) > MOST_INLINE;
  const sidecar = isLarge ? tensorName(stem) : undefined;
  const file = importers.modelFile(model, { name: stem, loss, ...(sidecar !== undefined && { sidecar }) });
  return {
    name: `${stem}.nn.json`,
    text: file.text,
    tensors: file.tensors && sidecar !== undefined ? { name: sidecar, bytes: file.tensors } : undefined,
    shape: importers.shapeOf(model),
    notes: model.notes,
  };
}

/** Reads the model, and again with each file that it turns out to name and each answer that it turns out to need. */
async function readAsking(source: ModelSource, importers: Importers): Promise<ImportedModel | undefined> {
  const beside = new Map<string, Uint8Array>();
  let answers: { readonly orientation?: WeightOrientation; readonly order?: readonly string[] } = {};
  for (;;) {
    let missing: string | undefined;
    const readBeside = (path: string): Uint8Array => {
      const bytes = beside.get(path);
      if (bytes) return bytes;
      missing = path;
      throw new Error(`“${path}” has not been read yet`);
    };
    try {
      return importers.readModel(baseName(source.uri), source.bytes, { ...answers, readBeside });
    } catch (error) {
      if (missing !== undefined) {
        beside.set(missing, await bytesBeside(missing, source, importers));
        continue;
      }
      const question = error instanceof importers.ImportError ? error.question : undefined;
      const answer = question && (await answerTo(question, source));
      if (!question) throw error;
      if (!answer) return undefined;
      answers = { ...answers, ...answer };
    }
  }
}

async function bytesBeside(path: string, source: ModelSource, { ImportError }: Importers): Promise<Uint8Array> {
  try {
    return await source.readBeside(path);
  } catch (error) {
    throw new ImportError('unreadable', error instanceof Error ? error.message : String(error));
  }
}

async function answerTo(
  question: ImportQuestion,
  { choose }: ModelSource,
): Promise<{ readonly orientation: WeightOrientation } | { readonly order: readonly string[] } | undefined> {
  if (question.kind === 'order') {
    const order = await choose(
      'What order are the layers in?',
      question.orders.map((names) => ({ label: names.join(' → '), value: names })),
    );
    return order && { order };
  }
  const orientation = await choose<WeightOrientation>('The matrices fit either way: what does each row hold?', [
    { label: 'One row per unit', detail: 'as PyTorch, W @ x', value: 'units-by-inputs' },
    { label: 'One row per input', detail: 'as Keras, scikit-learn, or NumPy’s X @ W', value: 'inputs-by-units' },
  ]);
  return orientation && { orientation };
}

/** One activation for each layer after the input; undefined where the reader canceled. */
async function activationsOf(
  model: ImportedModel,
  { choose }: ModelSource,
  { importQuestionsOf }: Importers,
): Promise<readonly Activation[] | undefined> {
  const { layers } = model;
  const open = importQuestionsOf(model);
  const stated: (Activation | undefined)[] = layers.map(({ activation }) => activation);
  const output = layers.length + 1;
  const hidden = open.filter((layer) => layer !== output);
  const each = 'each';
  const together =
    hidden.length > 1
      ? await choose<ActivationName | typeof each>('Which activation do the hidden layers have?', [
          ...activationChoices(false),
          { label: 'Not all the same…', detail: 'asks for each layer', value: each },
        ])
      : each;
  if (together === undefined) return undefined;
  for (const layer of open) {
    const isOutput = layer === output;
    const { name, units = 0 } = layers[layer - 2] ?? {};
    const called = name === undefined || name === '' ? '' : `“${name}”, `;
    const which = isOutput ? 'the output layer' : `layer ${String(layer)}`;
    const question = `Which activation does ${which} have (${called}${counted(units, 'unit')})?`;
    const type = isOutput || together === each ? await choose(question, activationChoices(isOutput)) : together;
    if (type === undefined) return undefined;
    stated[layer - 2] = { type };
  }
  return stated.map((activation) => activation ?? { type: 'identity' });
}

/** Activations that any layer may have, and of the output those first that make probabilities. */
function activationChoices(isOutput: boolean): ImportChoice<ActivationName>[] {
  const names = Object.keys(ACTIVATIONS) as ActivationName[];
  const fitting = names.filter((name) => isOutput || !ACTIVATIONS[name].vector);
  const first: readonly ActivationName[] = isOutput ? ['softmax', 'sigmoid', 'identity'] : ['relu', 'tanh', 'sigmoid'];
  return [...first, ...fitting.filter((name) => !first.includes(name))].map((name) => ({
    label: name,
    ...(ACTIVATIONS[name].label !== name && { detail: ACTIVATIONS[name].label }),
    value: name,
  }));
}

/** The loss that the reader chooses among those that fit the output. */
async function lossOf({ layers }: ImportedModel, { choose }: ModelSource): Promise<LossName | undefined> {
  const output = layers.at(-1)?.activation?.type ?? 'identity';
  const { probabilities } = ACTIVATIONS[output];
  const names = (Object.keys(LOSSES) as LossName[]).filter((name) => probabilities || !LOSSES[name].needsProbabilities);
  const likely =
    names.find((name) => LOSSES[name].withLogits?.activation === output) ??
    names.find((name) => LOSSES[name].needsProbabilities === probabilities);
  const choices = [...(likely ? [likely] : []), ...names.filter((name) => name !== likely)].map((name) => ({
    label: name,
    detail: LOSSES[name].label,
    value: name,
  }));
  return choose('Which loss is it trained with?', choices);
}

/** The name of the network file without its ending: the model’s, or with a number where there are such files already. */
async function freeStem({ uri, exists }: ModelSource): Promise<string> {
  const own = baseName(uri).replace(/\.nn\.json$|\.[^.]*$/i, '');
  for (let number = 1; ; number++) {
    const stem = number === 1 ? own : `${own}-${String(number)}`;
    if (!(await exists(`${stem}.nn.json`)) && !(await exists(tensorName(stem)))) return stem;
  }
}

function tensorName(stem: string): string {
  return `${stem}.weights.safetensors`;
}
