/** The optimizers' steps as WebAssembly made for one network; the formulas are those of optimizers.ts, in the kernels' order. */

import type { Optimizer as OptimizerSettings } from '../../core/network';
import { constantOf } from '../optimizers';
import type { Range } from '../ranges';
import type { Address } from '../kernels/simdKernels';
import { F64, type Code, type Local } from './wasmCode';

/** Where a step finds what it goes by. */
export interface StepPlaces {
  readonly theta: Address;
  readonly gradient: Address;
  /** The rows that are remembered, one number a parameter. */
  readonly rows: readonly Address[];
  /** η, and of Adam β₁ᵗ and β₂ᵗ behind it. */
  readonly state: Address;
}

/** One step over the parameters that are trained. */
export function emitStep(code: Code, settings: OptimizerSettings, places: StepPlaces, trained: readonly Range[]): void {
  const step = { ...places, code, settings };
  const each = stepOf(step);
  for (const { from, to } of trained) for (let k = from; k < to; k++) each(8 * k);
}

interface Step extends StepPlaces {
  readonly code: Code;
  readonly settings: OptimizerSettings;
}

/** Emits what every step begins with, and gives what emits the step of the parameter at a distance from the first. */
function stepOf(step: Step): (offset: number) => void {
  switch (step.settings.type) {
    case 'gd':
      return gradientDescent(step);
    case 'momentum':
    case 'nesterov':
      return momentum(step);
    case 'rmsprop':
      return rmsprop(step);
    case 'adam':
    case 'adamw':
      return adam(step);
  }
}

/** θ := θ − η g. */
function gradientDescent({ code, theta, gradient, state }: Step): (offset: number) => void {
  return (offset) => {
    code
      .i32(0)
      .load('f64.load', theta + offset)
      .load('f64.load', state);
    code
      .load('f64.load', gradient + offset)
      .do('f64.mul', 'f64.sub')
      .access('f64.store', theta + offset);
  };
}

/** v := μ v + g, θ := θ − η v or θ − η (μ v + g). */
function momentum({ code, settings, theta, gradient, rows, state }: Step): (offset: number) => void {
  const mu = constantOf(settings, 'momentum');
  const [velocity = 0] = rows;
  const v = code.local(F64);
  return (offset) => {
    code
      .f64(mu)
      .load('f64.load', velocity + offset)
      .do('f64.mul');
    code
      .load('f64.load', gradient + offset)
      .do('f64.add')
      .set(v);
    code
      .i32(0)
      .get(v)
      .access('f64.store', velocity + offset);
    code
      .i32(0)
      .load('f64.load', theta + offset)
      .load('f64.load', state);
    if (settings.type === 'nesterov') {
      code
        .f64(mu)
        .get(v)
        .do('f64.mul')
        .load('f64.load', gradient + offset)
        .do('f64.add');
    } else code.get(v);
    code.do('f64.mul', 'f64.sub').access('f64.store', theta + offset);
  };
}

/** s := ρ s + (1 − ρ) g², θ := θ − η g / (√s + ε). */
function rmsprop({ code, settings, theta, gradient, rows, state }: Step): (offset: number) => void {
  const [decay, epsilon] = [constantOf(settings, 'decay'), constantOf(settings, 'epsilon')];
  const [square = 0] = rows;
  const s = code.local(F64);
  return (offset) => {
    const g = gradient + offset;
    code
      .f64(decay)
      .load('f64.load', square + offset)
      .do('f64.mul');
    code
      .f64(1 - decay)
      .load('f64.load', g)
      .do('f64.mul')
      .load('f64.load', g)
      .do('f64.mul', 'f64.add')
      .set(s);
    code
      .i32(0)
      .get(s)
      .access('f64.store', square + offset);
    code
      .i32(0)
      .load('f64.load', theta + offset)
      .load('f64.load', state)
      .load('f64.load', g)
      .do('f64.mul');
    code
      .get(s)
      .do('f64.sqrt')
      .f64(epsilon)
      .do('f64.add', 'f64.div', 'f64.sub')
      .access('f64.store', theta + offset);
  };
}

/** m := β₁ m + (1 − β₁) g, v := β₂ v + (1 − β₂) g², θ := kept θ − rate m / (√v / root + ε). */
function adam({ code, settings, theta, gradient, rows, state }: Step): (offset: number) => void {
  const [beta1, beta2] = [constantOf(settings, 'beta1'), constantOf(settings, 'beta2')];
  const epsilon = constantOf(settings, 'epsilon');
  const weightDecay = settings.type === 'adamw' ? constantOf(settings, 'weightDecay') : 0;
  const [first = 0, second = 0] = rows;
  const local = (): Local => code.local(F64);
  const [rate, root, kept, m, v] = [local(), local(), local(), local(), local()];
  for (const [k, beta] of [beta1, beta2].entries()) {
    const power = state + 8 * (1 + k);
    code.i32(0).load('f64.load', power).f64(beta).do('f64.mul').access('f64.store', power);
  }
  code
    .load('f64.load', state)
    .f64(1)
    .load('f64.load', state + 8)
    .do('f64.sub', 'f64.div')
    .set(rate);
  code
    .f64(1)
    .load('f64.load', state + 16)
    .do('f64.sub', 'f64.sqrt')
    .set(root);
  code.f64(1).load('f64.load', state).f64(weightDecay).do('f64.mul', 'f64.sub').set(kept);
  return (offset) => {
    const g = gradient + offset;
    code
      .f64(beta1)
      .load('f64.load', first + offset)
      .do('f64.mul');
    code
      .f64(1 - beta1)
      .load('f64.load', g)
      .do('f64.mul', 'f64.add')
      .set(m);
    code
      .f64(beta2)
      .load('f64.load', second + offset)
      .do('f64.mul');
    code
      .f64(1 - beta2)
      .load('f64.load', g)
      .do('f64.mul')
      .load('f64.load', g)
      .do('f64.mul', 'f64.add')
      .set(v);
    code
      .i32(0)
      .get(m)
      .access('f64.store', first + offset);
    code
      .i32(0)
      .get(v)
      .access('f64.store', second + offset);
    code
      .i32(0)
      .get(kept)
      .load('f64.load', theta + offset)
      .do('f64.mul');
    code.get(rate, m).do('f64.mul').get(v).do('f64.sqrt').get(root).do('f64.div').f64(epsilon).do('f64.add');
    code.do('f64.div', 'f64.sub').access('f64.store', theta + offset);
  };
}
