/** The optimizers' steps as WebAssembly made for one network, from the formulas of their rows. */

import { OPTIMIZERS, type OptimizerRow } from '../../core/functions';
import type { Expression } from '../../core/functions/expression';
import { settingsOf } from '../../core/functions/optimizers';
import type { Optimizer as OptimizerSettings } from '../../core/network';
import type { Range } from '../ranges';
import type { Address } from '../kernels/simdKernels';
import { F64, type Code } from './wasmCode';

/** Where a step finds what it goes by. */
export interface StepPlaces {
  readonly theta: Address;
  readonly gradient: Address;
  /** The rows that are remembered, one number a parameter. */
  readonly rows: readonly Address[];
  /** η, and behind it what else is remembered. */
  readonly state: Address;
}

/** Whether a step is made parameter by parameter. */
export function hasStep({ type }: OptimizerSettings): boolean {
  const row: OptimizerRow = OPTIMIZERS[type];
  return row.kind === 'elementwise';
}

/** One step over the parameters that are trained. Throws a RangeError where `hasStep` does not hold. */
export function emitStep(code: Code, settings: OptimizerSettings, places: StepPlaces, trained: readonly Range[]): void {
  const row = OPTIMIZERS[settings.type];
  const constants = settingsOf(settings);
  // What a variable's name stands for: an instruction that puts it on the stack.
  const variables = new Map<string, () => void>();
  const emit = (expression: Expression): void => {
    emitExpression(code, expression, variables);
  };
  const address = (at: Address) => (): void => {
    code.load('f64.load', at);
  };
  const kept = (expression: Expression): (() => void) => {
    const local = code.local(F64);
    emit(expression);
    code.set(local);
    return () => code.get(local);
  };

  variables.set('rate', address(places.state));
  const next = row.state?.next(constants) ?? [];
  for (const k of next.keys()) variables.set(`state${String(k)}`, address(places.state + 8 * (1 + k)));
  for (const [k, expression] of next.entries()) {
    code.i32(0);
    emit(expression);
    code.access('f64.store', places.state + 8 * (1 + k));
  }
  for (const [k, given] of row.given(constants).entries()) {
    const value =
      typeof given === 'number' ? () => code.f64(given) : isVariable(given) ? variables.get(given.name) : kept(given);
    if (value) variables.set(`given${String(k)}`, value);
  }
  const locals = row.memory.map(() => code.local(F64));
  for (const { from, to } of trained) {
    for (let offset = 8 * from; offset < 8 * to; offset += 8) {
      variables.set('theta', address(places.theta + offset)).set('gradient', address(places.gradient + offset));
      for (const [r, at] of places.rows.entries()) variables.set(`memory${String(r)}`, address(at + offset));
      for (const [r, local] of locals.entries()) {
        emit(row.memory[r] ?? row.theta);
        code.set(local);
        variables.set(`next${String(r)}`, () => code.get(local));
      }
      for (const [r, local] of locals.entries()) {
        code
          .i32(0)
          .get(local)
          .access('f64.store', (places.rows[r] ?? 0) + offset);
      }
      code.i32(0);
      emit(row.theta);
      code.access('f64.store', places.theta + offset);
    }
  }
}

function isVariable(expression: Expression): expression is Expression & { readonly kind: 'variable' } {
  return expression.kind === 'variable';
}

function emitExpression(code: Code, expression: Expression, variables: ReadonlyMap<string, () => void>): void {
  const emit = (part: Expression): void => {
    emitExpression(code, part, variables);
  };
  switch (expression.kind) {
    case 'constant':
      code.f64(expression.value);
      return;
    case 'variable': {
      const put = variables.get(expression.name);
      if (!put) throw new RangeError(`the formula has no variable ${expression.name}`);
      put();
      return;
    }
    case 'sqrt':
      emit(expression.x);
      code.do('f64.sqrt');
      return;
    case 'positive':
      emit(expression.y);
      emit(expression.z);
      emit(expression.x);
      code.f64(0).do('f64.gt', 'select');
      return;
    default:
      emit(expression.x);
      emit(expression.y);
      code.do(`f64.${expression.kind}`);
  }
}
