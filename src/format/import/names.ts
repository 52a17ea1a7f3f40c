/** The names that other tools give to activations and losses. */

import { ACTIVATIONS, type ActivationName } from '../../core/functions';
import type { Activation } from '../../core/network';
import type { LossWords } from './model';

/** Names that differ from the format's own in more than case and punctuation. */
const ALIASES: Readonly<Record<string, string>> = {
  linear: 'identity',
  purelin: 'identity',
  logistic: 'sigmoid',
  swish: 'silu',
};

/**
 * The activation that `name` means (`LeakyReLU`, `leaky_relu`, `Logistic`), undefined for one that the format does not
 * hold.
 */
export function activationNamed(name: string): ActivationName | undefined {
  const plain = plainName(name);
  const wanted = Object.hasOwn(ALIASES, plain) ? ALIASES[plain] : plain;
  return (Object.keys(ACTIVATIONS) as ActivationName[]).find((type) => type.toLowerCase() === wanted);
}

/** The activation `type` with its constant, where it has one; else the row's own default holds. */
export function withConstant(type: ActivationName, value: number | undefined): Activation {
  const { constant } = ACTIVATIONS[type];
  return constant && value !== undefined && value !== constant.default ? { type, [constant.key]: value } : { type };
}

/**
 * `relu`, `leakyRelu(0.2)` as they stand on a command line. Undefined for a name that the format does not hold, and for
 * a constant that is no number or belongs to none.
 */
export function parseActivation(text: string): Activation | undefined {
  const [, name = '', constant] = /^\s*([\w-]+)\s*(?:\(\s*([^()]+)\s*\))?\s*$/.exec(text) ?? [];
  const type = activationNamed(name);
  if (type === undefined) return undefined;
  if (constant === undefined) return { type };
  const value = Number(constant);
  return ACTIVATIONS[type].constant && Number.isFinite(value) ? withConstant(type, value) : undefined;
}

/** Keras's losses: means over the output units, mse without the ½. `crossEntropy` sums over them in both. */
const KERAS_LOSSES: Readonly<Record<string, LossWords>> = {
  mse: { type: 'mse', half: false, outputs: 'mean' },
  meansquarederror: { type: 'mse', half: false, outputs: 'mean' },
  mae: { type: 'mae', outputs: 'mean' },
  meanabsoluteerror: { type: 'mae', outputs: 'mean' },
  huber: { type: 'huber', outputs: 'mean' },
  huberloss: { type: 'huber', outputs: 'mean' },
  binarycrossentropy: { type: 'binaryCrossEntropy', outputs: 'mean' },
  categoricalcrossentropy: 'crossEntropy',
  sparsecategoricalcrossentropy: 'crossEntropy',
};

/** What Keras means by the name of a loss; undefined for one that the format does not hold. */
export function kerasLoss(name: string): LossWords | undefined {
  const plain = plainName(name);
  return Object.hasOwn(KERAS_LOSSES, plain) ? KERAS_LOSSES[plain] : undefined;
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
