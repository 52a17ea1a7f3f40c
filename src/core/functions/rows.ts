/** What a row of the tables of activations and losses is. */

import type { LossConventions } from '../network';
import type { ActivationName } from './activations';

/** The same piece of mathematics, for text and for LaTeX. */
export interface Formula {
  readonly unicode: string;
  readonly latex: string;
}

/** The numbers that a file may set beside a function's name; each row says which of them is its own. */
export interface Constants {
  /** leakyRelu: g(z) = slope·z for z ≤ 0. sigmoid, tanh: g(slope·z). */
  readonly slope?: number;
  /** elu: g(z) = α(e^z − 1) for z ≤ 0. */
  readonly alpha?: number;
  /** huber: the threshold d. */
  readonly delta?: number;
}

/** Which numbers a constant may be: all finite ones, those > 0, those ≥ 0, those of [0, 1), or the integers ≥ 1. */
export type ConstantRange = 'finite' | 'positive' | 'notNegative' | 'belowOne' | 'count';

export interface ConstantRow<Key extends string> {
  readonly key: Key;
  readonly symbol: string;
  readonly default: number;
  readonly range: ConstantRange;
  /** What it is, as the schema describes it. */
  readonly meaning: string;
}

/** Initial weights where the file names none: He's for functions that pass one side and dampen the other, else Xavier's. */
export type DefaultInit = 'heUniform' | 'xavierUniform';

interface CommonActivationRow {
  /** The name in prose. */
  readonly label: string;
  /** What other tools call it, in small letters without separators. */
  readonly aliases?: readonly string[];
  /** How the function is written before its argument: σ, tanh, … */
  readonly symbol: Formula;
  readonly formula: Formula;
  readonly derivativeFormula: Formula;
  /** The formulas where the constant is not the default one, of a row whose formulas do not name it. */
  readonly withConstant?: { readonly formula: Formula; readonly derivativeFormula: Formula };
  /** What the formula does not say. */
  readonly note?: string;
  /** True where g(z) = z. */
  readonly isIdentity?: true;
  /** True where every output lies in (0, 1), as the cross-entropies need it. */
  readonly probabilities: boolean;
  /** The number that the file may set beside the function's name. */
  readonly constant?: ConstantRow<'slope' | 'alpha'>;
  readonly init: DefaultInit;
  /** The least and the greatest a, or their limits; of a function with a lowest point in between, that, rounded down. */
  range(g: Constants): readonly [number, number];
  /** The expression of g(z) in PyTorch, where `z` is one and F is torch.nn.functional. */
  pytorch(z: string, g: Constants): string;
  /** The kernel that computes it (engine/kernels/wasm/activations.ts); without one, the row itself does. */
  readonly kernel?: string;
}

/** An activation that each unit computes from its own z alone. */
export interface ScalarActivationRow extends CommonActivationRow {
  readonly vector: false;
  /** g(z), finite for every finite z. */
  value(z: number, g: Constants): number;
  /** g′(z), at a kink the value that PyTorch gives. */
  derivative(z: number, g: Constants): number;
  /** g″(z), at a kink or a bend that of the side that g′ is taken from. */
  second(z: number, g: Constants): number;
  /** g′(z) by a = g(z), where a says it. */
  fromOutput?(a: number, g: Constants): number;
  /** What a program may take for `fromOutput`, though digits are lost. */
  readonly byOutput?: { value(a: number, g: Constants): number; numpy(a: string, g: Constants): string };
  /** The expression of g′(z) in NumPy, by the names of z and a. */
  numpy(z: string, a: string, g: Constants): string;
  /** Why g′ is small where it is, in words. */
  readonly flat: string;
  /** The largest |g′| of a function that is flat on both sides. */
  steepest?(g: Constants): number;
  /** Whether a unit gives 0 (or next to it) and passes no gradient, of a function with such a side. */
  dead?(z: number): boolean;
  /** The z where g′ jumps. */
  kinks(g: Constants): readonly number[];
  /** The z where g′ is continuous and g″ jumps: no harm to the derivative, but to a difference quotient across it. */
  readonly bends?: readonly number[];
  /** The kernel that computes g(z + d) − g(z) alone (engine/kernels/wasm/gains.ts), of a function that has no `kernel`. */
  readonly changeKernel?: string;
  /** Whether the kernel computes it with these constants; always where this is left out. */
  inKernel?(g: Constants): boolean;
}

/** An activation that couples the units of its layer. */
export interface VectorActivationRow extends CommonActivationRow {
  readonly vector: true;
  /** Writes a = g(z) of the whole layer into `a`. */
  value(z: Float64Array, a: Float64Array): void;
  /** ∂a_i/∂z_k from a; i and k count from 0. */
  derivative(a: Float64Array, i: number, k: number): number;
  /** ∂²a_i/∂z_k∂z_n from a. */
  second(a: Float64Array, i: number, k: number, n: number): number;
  /** Turns ∂E/∂a of the layer into ∂E/∂z in place: δ_k = Σ_i (∂E/∂a_i)(∂a_i/∂z_k). `upstream` is room for as many numbers. */
  backward(a: Float64Array, delta: Float64Array, upstream?: Float64Array): void;
}

export type ActivationRow = ScalarActivationRow | VectorActivationRow;

/** What a row of targets must be. */
export interface TargetRule {
  /** Whether a single target may be this number, and what is expected otherwise. */
  readonly accepts: (y: number) => boolean;
  readonly expected: string;
  /** True where the targets of a row must sum to 1. */
  readonly sumsToOne?: true;
}

export interface LossRow {
  /** The name in prose. */
  readonly label: string;
  /** What other tools call it or a loss that differs by a convention, in small letters without separators. */
  readonly aliases?: readonly string[];
  readonly formula: Formula;
  /** `∂E/∂aᵢ = term`, the term written with aᵢ, yᵢ and the constant's symbol. */
  readonly derivativeFormula: Formula;
  /** The formulas of twice the loss, of a row that has a ½: `"half": false`. */
  readonly withoutHalf?: { readonly formula: Formula; readonly derivativeFormula: Formula };
  /** What the formula does not say. */
  readonly note?: string;
  readonly targets: TargetRule;
  /** True where the outputs must lie in (0, 1). */
  readonly needsProbabilities: boolean;
  /** The number that the file may set beside the loss's name. */
  readonly constant?: ConstantRow<'delta'>;
  /** What one output unit adds to E. */
  value(a: number, y: number, loss: Constants): number;
  /** ∂E/∂a of one output unit. */
  derivative(a: number, y: number, loss: Constants): number;
  /** ∂²E/∂a² of one output unit. */
  second(a: number, y: number, loss: Constants): number;
  /** E(q) − E(p) of one output unit without the cancellation of subtracting; where it is left out, nothing better is known. */
  difference?(p: number, q: number, y: number, loss: Constants): number;
  /** The residuals a − y where ∂E/∂a jumps. */
  readonly kinks: readonly number[];
  /** The residuals where ∂E/∂a is continuous and ∂²E/∂a² jumps. */
  bends?(loss: Constants): readonly number[];
  /**
   * What each output unit of each row adds to E in PyTorch, by `output` (a^(L)) and `y`: an expression that `.sum(1)` may
   * follow.
   */
  pytorch(loss: Constants & Pick<LossConventions, 'half'>): string;
  /** The kernel that computes it (engine/kernels/wasm/losses.ts); without one, the row itself does. */
  readonly kernel?: string;
  /** The output activation together with which E is computed from z, exact and finite however far it saturates. */
  readonly withLogits?: LossWithLogits;
}

/** z and a of the output layer, one stretch of a longer array. */
export interface Outputs {
  readonly z: Float64Array;
  readonly a: Float64Array;
  readonly offset: number;
}

/** A loss and an output activation whose first two chain factors are one: ∂E/∂z_k = a_k − y_k. */
export interface LossWithLogits {
  readonly activation: ActivationName;
  /** E as it is computed, from z. */
  readonly formula: Formula;
  /** `∂E/∂zᵢ = term` */
  readonly derivativeFormula: Formula;
  /** E of the sample. */
  value(z: Float64Array, y: Float64Array): number;
  /** Writes ∂E/∂z_k of every output unit into `delta`. */
  derivative(z: Float64Array, a: Float64Array, y: Float64Array, delta: Float64Array): void;
  /** ∂²E/∂z_k∂z_n; k and n count from 0. */
  second(a: Float64Array, y: Float64Array, k: number, n: number): number;
  /** E at `after` less E at `before` of `units` outputs, for the targets that begin at `targets[offset]`, without cancellation. */
  difference(before: Outputs, after: Outputs, targets: Float64Array, offset: number, units: number): number;
  /** What each output unit of each row adds to E in PyTorch, by `output` (z^(L)) and `y`, as that of a loss. */
  readonly pytorch: string;
  readonly kernel?: string;
}

/** A number as Python reads it back to the same double. */
export function pythonNumber(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
