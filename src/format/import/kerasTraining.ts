/** How a model was trained, as Keras describes it. */

import { ACTIVATIONS } from '../../core/functions';
import type { Activation } from '../../core/network';
import type { LossWords } from './model';
import { isRecord } from './modelJson';
import { kerasLoss } from './names';
import { quoted } from './tensor';

/** The parts of Keras's description that say how it was trained. */
export interface KerasTraining {
  readonly loss: unknown;
  readonly optimizer: unknown;
}

/** The loss, where the format holds it as it is; else undefined, and a note says why. */
export function kerasTrainingLoss(
  loss: unknown,
  output: Activation | undefined,
  notes: string[],
): LossWords | undefined {
  if (loss === undefined || loss === null) return undefined;
  const config = isRecord(loss) && isRecord(loss['config']) ? loss['config'] : {};
  const name = isRecord(loss) ? loss['class_name'] : loss;
  const words = typeof name === 'string' ? kerasLoss(name) : undefined;
  const refused = (why: string): undefined => {
    notes.push(`the loss ${quoted(typeof name === 'string' ? name : JSON.stringify(loss))} was not taken: ${why}`);
    return undefined;
  };
  if (words === undefined) return refused('the format does not hold it');
  const type = typeof words === 'string' ? words : words['type'];
  if (/CrossEntropy/.test(String(type)) || type === 'crossEntropy') {
    if (config['from_logits'] === true || !output || !ACTIVATIONS[output.type].probabilities) {
      return refused('it is taken from logits; the format takes it from an output of sigmoid or softmax');
    }
    if ((finiteNumber(config['label_smoothing']) ?? 0) !== 0) return refused('it smooths the labels');
  }
  if (config['reduction'] === 'sum') return refused('it sums over the samples');
  if (typeof name === 'string' && /sparse/i.test(name))
    notes.push('the targets of the loss are class numbers: give them with "targetEncoding": "oneHot"');
  const delta = finiteNumber(config['delta']);
  return delta !== undefined && typeof words !== 'string' && type === 'huber' ? { ...words, delta } : words;
}

type OptimizerWords = Readonly<Record<string, string | number>>;

/** Keras's optimizers with their constants by our names. */
export function kerasOptimizer(optimizer: unknown, notes: string[]): OptimizerWords | undefined {
  if (!isRecord(optimizer)) return undefined;
  const config = isRecord(optimizer['config']) ? optimizer['config'] : {};
  const name = optimizer['class_name'];
  const value = (...keys: string[]): number | undefined =>
    keys.map((key) => finiteNumber(config[key])).find((found) => found !== undefined);
  const words = (type: string, constants: Readonly<Record<string, number | undefined>>): OptimizerWords => {
    const given = Object.entries(constants).filter((entry): entry is [string, number] => entry[1] !== undefined);
    return { type, ...Object.fromEntries(given) };
  };
  const learningRate = value('learning_rate', 'learningRate', 'lr');
  const clipped = ['clipnorm', 'clipvalue', 'global_clipnorm'].filter((key) => value(key) !== undefined);
  if (clipped.length > 0) notes.push(`${clipped.join(', ')} of the optimizer was not taken`);
  const momentum = value('momentum') ?? 0;
  const betas = { beta1: value('beta_1', 'beta1'), beta2: value('beta_2', 'beta2'), epsilon: value('epsilon') };
  const kind = typeof name === 'string' ? name.toLowerCase() : '';
  if (kind === 'sgd' || kind === 'momentum') {
    if (momentum === 0) return words('gd', { learningRate });
    return words(config['nesterov'] === true || config['useNesterov'] === true ? 'nesterov' : 'momentum', {
      learningRate,
      momentum,
    });
  }
  if (kind === 'rmsprop' && momentum === 0 && config['centered'] !== true) {
    return words('rmsprop', { learningRate, decay: value('rho', 'decay'), epsilon: value('epsilon') });
  }
  if (kind === 'adam' && config['amsgrad'] !== true) return words('adam', { learningRate, ...betas });
  if (kind === 'adamw' && config['amsgrad'] !== true) {
    return words('adamw', { learningRate, ...betas, weightDecay: value('weight_decay') });
  }
  notes.push(`the optimizer ${quoted(String(name))} was not taken: the format does not hold it with these settings`);
  return undefined;
}

/** A finite number, else undefined. */
export function finiteNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
