/** What a model file leaves open, and the model with the answers. */

import type { Activation } from '../../core/network';
import { ImportError } from './importError';
import type { ImportedModel } from './model';
import { counted } from '../../core/notation';

/** The layers (from 2) whose activation the file does not say. */
export function importQuestionsOf(model: ImportedModel): number[] {
  return model.layers.flatMap(({ activation }, index) => (activation ? [] : [index + 2]));
}

/**
 * The model with `activations`: one for each layer after the input, or one for all hidden layers and one for the
 * output. Throws an `ImportError` where the file leaves them open and they are not given, or the number does not fit.
 */
export function answered(model: ImportedModel, activations: readonly Activation[] | undefined): ImportedModel {
  const open = importQuestionsOf(model);
  const count = model.layers.length;
  if (!activations) {
    if (open.length === 0) return model;
    const message = `the file does not say the activation of ${listed(model)}; give --activations, one for each of them, or one for all hidden layers and one for the output`;
    throw new ImportError('unanswered', message);
  }
  const [hidden, output] = activations;
  const each =
    activations.length === count
      ? activations
      : activations.length === 2
        ? model.layers.map((_, index) => (index === count - 1 ? output : hidden))
        : undefined;
  if (!each) {
    const wanted = `${String(count)}, one for each of ${listed(model)}${count > 2 ? ', or 2, for all hidden layers and the output' : ''}`;
    throw new ImportError('unanswered', `--activations has ${String(activations.length)} of them, expected ${wanted}`);
  }
  const layers = model.layers.map((layer, index) => {
    const told = each[index];
    if (layer.activation && told && layer.activation.type !== told.type) {
      const message = `the file says ${layer.activation.type} for layer ${String(index + 2)}, but --activations says ${told.type}`;
      throw new ImportError('unanswered', message);
    }
    return { ...layer, activation: layer.activation ?? told ?? { type: 'identity' } };
  });
  return { ...model, layers };
}

/** `layer 2 (“fc1”, 5 units), layer 3 (“fc2”, 3 units)` */
function listed({ layers }: ImportedModel): string {
  return layers
    .map(({ name, units }, index) => {
      const called = name === undefined || name === '' ? '' : `“${name.slice(0, 60)}”, `;
      return `layer ${String(index + 2)} (${called}${counted(units, 'unit')})`;
    })
    .join(', ');
}
