/** ONNX's operators that treat each number alone, one row each. */

import type { Attributes } from './onnxFile';
import { normalCdf } from '../../core/functions/erf';
import { sigmoid, softplus } from '../../core/functions';

/** What the operator computes from its inputs, undefined for one that is not elementwise or not known. */
export function elementwise(op: string, attributes: Attributes): ((inputs: readonly number[]) => number) | undefined {
  return Object.hasOwn(OPERATORS, op) ? OPERATORS[op]?.(attributes) : undefined;
}

type Operator = (attributes: Attributes) => ((inputs: readonly number[]) => number) | undefined;

const unary =
  (value: (x: number) => number): Operator =>
  () =>
  ([x = NaN]) =>
    value(x);

const binary =
  (value: (x: number, y: number) => number): Operator =>
  () =>
  ([x = NaN, y = NaN]) =>
    value(x, y);

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

const OPERATORS: Readonly<Record<string, Operator>> = {
  Add: binary((x, y) => x + y),
  Sub: binary((x, y) => x - y),
  Mul: binary((x, y) => x * y),
  Div: binary((x, y) => x / y),
  Pow: binary((x, y) => x ** y),
  Max: () => (inputs) => Math.max(...inputs),
  Min: () => (inputs) => Math.min(...inputs),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Erf: unary((x) => 2 * normalCdf(x * Math.SQRT2) - 1),
  Tanh: unary(Math.tanh),
  Sigmoid: unary(sigmoid),
  Softplus: unary(softplus),
  Softsign: unary((x) => x / (1 + Math.abs(x))),
  Relu: unary((x) => Math.max(0, x)),
  LeakyRelu: (attributes) => {
    const slope = attributes.float('alpha') ?? 0.01;
    return ([x = NaN]) => (x >= 0 ? x : slope * x);
  },
  Elu: (attributes) => {
    const alpha = attributes.float('alpha') ?? 1;
    return ([x = NaN]) => (x >= 0 ? x : alpha * Math.expm1(x));
  },
  Selu: (attributes) => {
    const alpha = attributes.float('alpha') ?? 1.6732632423543772;
    const gamma = attributes.float('gamma') ?? 1.0507009873554805;
    return ([x = NaN]) => gamma * (x > 0 ? x : alpha * Math.expm1(x));
  },
  HardSigmoid: (attributes) => {
    const alpha = attributes.float('alpha') ?? 0.2;
    const beta = attributes.float('beta') ?? 0.5;
    return ([x = NaN]) => clamp(alpha * x + beta, 0, 1);
  },
  HardSwish: unary((x) => x * clamp(x / 6 + 0.5, 0, 1)),
  Mish: unary((x) => x * Math.tanh(softplus(x))),
  Gelu: (attributes) => {
    if (attributes.text('approximate') === 'tanh') return undefined;
    return ([x = NaN]) => x * normalCdf(x);
  },
  Clip: (attributes) => {
    const [low, high] = [attributes.float('min') ?? -Infinity, attributes.float('max') ?? Infinity];
    return ([x = NaN, min = low, max = high]) => clamp(x, min, max);
  },
};
