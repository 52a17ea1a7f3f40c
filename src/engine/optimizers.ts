/** The six optimizers, each as PyTorch 2 defines it: g is ∂J/∂θ with the penalty in it, t the number of the step from 1. */

import type { Optimizer as OptimizerSettings } from '../core/network';
import type { Range } from './ranges';

/**
 * Changes θ in place. A step is `begin` and then `update` once over every range that is trained: parameters outside all
 * ranges (the frozen ones) stay as they are, and a step over millions of parameters can be taken in pieces.
 */
export interface Optimizer {
  /** η, from the next step on. */
  learningRate: number;
  /** All that is remembered from step to step: with it and η, another optimizer of the same settings goes on the same. */
  readonly memory: readonly Float64Array[];
  /** Starts the next step: t := t + 1. */
  begin(): void;
  /** Takes the step for θ_k, from ≤ k < to. */
  update(theta: Float64Array, gradient: Float64Array, range: Range): void;
}

/** Room for as many numbers, all 0. */
export type Allot = (count: number) => Float64Array;

/**
 * The optimizer of the file for `count` parameters, before its first step. `allot` makes the rows that it remembers, one
 * number a parameter. Throws a TypeError where a constant is missing.
 */
export function createOptimizer(
  settings: OptimizerSettings,
  count: number,
  allot: Allot = (length) => new Float64Array(length),
): Optimizer {
  const { learningRate } = settings;
  const constant = (key: keyof OptimizerSettings): number => constantOf(settings, key);
  switch (settings.type) {
    case 'gd':
      return gradientDescent(learningRate);
    case 'momentum':
      return momentum(learningRate, constant('momentum'), false, allot(count));
    case 'nesterov':
      return momentum(learningRate, constant('momentum'), true, allot(count));
    case 'rmsprop':
      return rmsprop(learningRate, constant('decay'), constant('epsilon'), allot(count));
    case 'adam':
    case 'adamw': {
      const decay = settings.type === 'adamw' ? constant('weightDecay') : 0;
      const moments = [allot(count), allot(count)] as const;
      return adam(learningRate, constant('beta1'), constant('beta2'), constant('epsilon'), decay, ...moments);
    }
  }
}

/** A constant of the optimizer. Throws a TypeError where it is missing. */
export function constantOf(settings: OptimizerSettings, key: keyof OptimizerSettings): number {
  const value = settings[key];
  if (typeof value !== 'number') throw new TypeError(`the optimizer ${settings.type} has no ${key}`);
  return value;
}

/** θ := θ − η g. */
function gradientDescent(learningRate: number): Optimizer {
  return {
    learningRate,
    memory: [],
    begin: () => undefined,
    update(theta, gradient, { from, to }) {
      const { learningRate } = this;
      for (let k = from; k < to; k++) theta[k] = (theta[k] ?? NaN) - learningRate * (gradient[k] ?? NaN);
    },
  };
}

/**
 * v := μ v + g (at t = 1, v := g), then θ := θ − η v; with Nesterov's look-ahead, θ := θ − η (g + μ v).
 * As v starts at 0, the first step needs no case of its own.
 */
function momentum(learningRate: number, mu: number, nesterov: boolean, velocity: Float64Array): Optimizer {
  return {
    learningRate,
    memory: [velocity],
    begin: () => undefined,
    update(theta, gradient, { from, to }) {
      const { learningRate } = this;
      for (let k = from; k < to; k++) {
        const g = gradient[k] ?? NaN;
        const v = mu * (velocity[k] ?? NaN) + g;
        velocity[k] = v;
        theta[k] = (theta[k] ?? NaN) - learningRate * (nesterov ? g + mu * v : v);
      }
    },
  };
}

/** s := ρ s + (1 − ρ) g², then θ := θ − η g / (√s + ε). */
function rmsprop(learningRate: number, decay: number, epsilon: number, square: Float64Array): Optimizer {
  return {
    learningRate,
    memory: [square],
    begin: () => undefined,
    update(theta, gradient, { from, to }) {
      const { learningRate } = this;
      for (let k = from; k < to; k++) {
        const g = gradient[k] ?? NaN;
        const s = decay * (square[k] ?? NaN) + (1 - decay) * g * g;
        square[k] = s;
        theta[k] = (theta[k] ?? NaN) - (learningRate * g) / (Math.sqrt(s) + epsilon);
      }
    },
  };
}

/**
 * m := β₁ m + (1 − β₁) g, v := β₂ v + (1 − β₂) g², then θ := θ − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ) and
 * v̂ = v / (1 − β₂ᵗ). AdamW first takes θ := (1 − η λ) θ, biases too, as every parameter is in PyTorch's one group.
 */
function adam(
  learningRate: number,
  beta1: number,
  beta2: number,
  epsilon: number,
  weightDecay: number,
  first: Float64Array,
  second: Float64Array,
): Optimizer {
  // β₁ᵗ and β₂ᵗ by repeated multiplication: unlike Math.pow, the same bits on every platform.
  const powers = Float64Array.of(1, 1);
  return {
    learningRate,
    memory: [first, second, powers],
    begin: () => {
      const [power1 = NaN, power2 = NaN] = powers;
      powers[0] = power1 * beta1;
      powers[1] = power2 * beta2;
    },
    update(theta, gradient, { from, to }) {
      const { learningRate } = this;
      const kept = 1 - learningRate * weightDecay;
      const [power1 = NaN, power2 = NaN] = powers;
      const rate = learningRate / (1 - power1);
      const root = Math.sqrt(1 - power2);
      for (let k = from; k < to; k++) {
        const g = gradient[k] ?? NaN;
        const m = beta1 * (first[k] ?? NaN) + (1 - beta1) * g;
        const v = beta2 * (second[k] ?? NaN) + (1 - beta2) * g * g;
        first[k] = m;
        second[k] = v;
        theta[k] = kept * (theta[k] ?? NaN) - (rate * m) / (Math.sqrt(v) / root + epsilon);
      }
    },
  };
}
