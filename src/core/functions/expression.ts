/**
 * Formulas as data: an optimizer's step is written once as expressions, from which the plain loop here, the kernels for
 * large networks (engine/kernels/wasm/build.mjs) and the code of fused epochs (engine/fused) are made.
 */

/** `positive` is `x > 0 ? y : z`, z also where x is NaN. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'sqrt'; readonly x: Expression }
  | { readonly kind: 'add' | 'sub' | 'mul' | 'div'; readonly x: Expression; readonly y: Expression }
  | { readonly kind: 'positive'; readonly x: Expression; readonly y: Expression; readonly z: Expression };

type Term = Expression | number;

function of(term: Term): Expression {
  return typeof term === 'number' ? { kind: 'constant', value: term } : term;
}

export function variable(name: string): Expression {
  return { kind: 'variable', name };
}

export const add = (x: Term, y: Term): Expression => ({ kind: 'add', x: of(x), y: of(y) });
export const sub = (x: Term, y: Term): Expression => ({ kind: 'sub', x: of(x), y: of(y) });
export const mul = (x: Term, y: Term): Expression => ({ kind: 'mul', x: of(x), y: of(y) });
export const div = (x: Term, y: Term): Expression => ({ kind: 'div', x: of(x), y: of(y) });
export const sqrt = (x: Term): Expression => ({ kind: 'sqrt', x: of(x) });
export const positive = (x: Term, y: Term, z: Term): Expression => ({ kind: 'positive', x: of(x), y: of(y), z: of(z) });
/** 1, 0 or −1; NaN at NaN. */
export const sign = (x: Expression): Expression => positive(x, 1, positive(sub(0, x), -1, x));

/** The expression as a function of its variables, whose values stand in the order of `names`. Throws where one is missing. */
export function compile(expression: Expression, names: readonly string[]): (values: Float64Array) => number {
  const part = (other: Expression): ((values: Float64Array) => number) => compile(other, names);
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'variable': {
      const at = names.indexOf(expression.name);
      if (at < 0) throw new RangeError(`the formula has no variable ${expression.name}`);
      return (values) => values[at] ?? NaN;
    }
    case 'sqrt': {
      const x = part(expression.x);
      return (values) => Math.sqrt(x(values));
    }
    case 'positive': {
      const [x, y, z] = [part(expression.x), part(expression.y), part(expression.z)];
      return (values) => (x(values) > 0 ? y(values) : z(values));
    }
    default: {
      const [x, y] = [part(expression.x), part(expression.y)];
      switch (expression.kind) {
        case 'add':
          return (values) => x(values) + y(values);
        case 'sub':
          return (values) => x(values) - y(values);
        case 'mul':
          return (values) => x(values) * y(values);
        case 'div':
          return (values) => x(values) / y(values);
      }
    }
  }
}
