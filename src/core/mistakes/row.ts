/** What a mistake is: a changed backward pass, one row of the table each. */

import type { Batch, ForwardChange } from './batch';
import type { Block, Parts } from './block';
import type { LocalDerivative } from '../chain';
import type { Network, Samples } from '../network';

/** What a sum over the samples goes over. */
export type SummedRows = Pick<Samples, 'count' | 'weights'>;

/** What tells two readings of one code apart, and the constants that were found. */
export type Detail = Readonly<Record<string, number | string | boolean>>;

/** What of ∂J/∂θ a mistake touches. `data` and `penalty` only where a penalty is set. */
export type Part = 'all' | 'weights' | 'biases' | 'data' | 'penalty';

/** The way back so far, of one program; index l − 1. */
export interface WayBack {
  readonly batch: Batch;
  /** ∂J/∂θ, the right one, in the layout of the parameter vector. */
  readonly gradient: Float64Array;
  /** ∂E/∂a^(l) as the program has it; undefined where it has not come so far. */
  readonly signals: readonly (Float64Array | undefined)[];
  readonly deltas: readonly (Float64Array | undefined)[];
}

/** What of a batch says which changes there are: not the values that are changed. */
export type Setting = Pick<Batch, 'network' | 'blocks' | 'count' | 'weights' | 'divisor' | 'slopes'>;

/** One thing that a row's mistake can do at a joint. It is listed once, and made of what comes there on every way back. */
export interface Variation<T> {
  readonly detail: Detail;
  /** Made of the signal ∂E/∂a^(l), or of δ^(l+1); undefined where the sizes do not fit. */
  readonly make: (way: WayBack, from: Float64Array) => T | undefined;
  /** Where each value follows from one value: most are refuted by a few. */
  readonly elementwise?: Elementwise;
}

/** f of a value of z, of a or of the signal, times that of the signal or not. */
export interface Elementwise {
  readonly of: 'z' | 'a' | 'signal';
  readonly f: (value: number) => number;
  readonly timesSignal: boolean;
}

/** One thing that a program can take for the error of the outputs. */
export interface OutputVariation {
  readonly detail: Detail;
  readonly make: (batch: Batch) => OutputError | undefined;
}

/** What a program takes for the error of the outputs. */
export interface OutputError {
  /** ∂E/∂a^(L) */
  readonly signal: Float64Array;
  /** δ^(L) */
  readonly delta: Float64Array;
}

/** A number with an unknown constant c: base + c·along. */
export interface Affine<T> {
  readonly base: T;
  readonly along: T;
}

/** `whole` times the data's part, and `share` times what row `sample` (from 0) gives, ω δ a. */
export interface SampleMixture {
  readonly sample: number;
  readonly whole: number;
  readonly share: number;
  /** True where the penalty is lost where all of the gradient is touched. */
  readonly withoutPenalty: boolean;
}

/** A change of the finished block of θ^(l). */
export interface BlockChange {
  readonly detail: Detail;
  /** Which parts it can touch where it is told to touch no more; the first of them first. */
  readonly parts: readonly Part[];
  /** What is taken for a^(l) in the outer product. */
  readonly input?: (batch: Batch) => Float64Array | undefined;
  /** Where the data's part is a mixture of the right one and of what one row gives. */
  readonly ofSample?: SampleMixture;
  /** The two parts of entry k where its sum is another. */
  readonly parted?: (block: Block, k: number, part: Part) => Parts;
  /** What is made of the two parts of entry k. */
  readonly reparted?: (parts: Parts, block: Block, k: number) => Parts;
  /** What is made of an entry's finished parts; with an unknown constant where `along` is not 0. */
  readonly finish?: (parts: Parts, theta: number, part: Part) => Affine<number>;
}

/** Numbers that a solved constant is likely to be, each with its reason. */
export interface Likely {
  readonly value: number;
  readonly reason?: string;
}

/** What stands in formulas: the layer, and names that depend on it. */
export interface FormulaContext {
  readonly network: Network;
  /** Where the formula sums over them. */
  readonly rows: SummedRows;
  /** Of units or of θ, as the row says. */
  readonly layer: number;
  readonly detail: Detail;
  readonly part: Part;
  /** True where it acts on every θ^(l): it may be a convention. */
  readonly everywhere: boolean;
}

/** One line in two versions. */
export interface Contrast {
  readonly right: string;
  readonly yours: string;
}

export interface MistakeRow {
  readonly code: string;
  /** What it is in a few words, for a list. */
  readonly name: string;
  readonly layersOf: 'units' | 'theta';
  /** `g′(z) is missing`: what the program did; the layers are named by whoever says it. */
  readonly sentence: (place: FormulaContext) => string;
  /** What kind of mistake it is, in words that give neither the number nor the factor away. */
  readonly hint: string;
  /** The formula at `layer`, as it should be and as the program has it. */
  readonly formula: (place: FormulaContext) => Contrast;
  /** The same as a line of NumPy, with one row a sample. */
  readonly numpy: (place: FormulaContext) => Contrast;
  /** The factor of a path that it falsifies, and how, so that the chain of a single claim can show it. */
  readonly factor?: { readonly fault: 'missing' | 'wrong' | 'twice'; readonly factor: LocalDerivative['kind'] };
  /** True for what many do who work by hand: for a single claim it is looked for first. */
  readonly usual?: true;
  /** The name of the solved constant in `detail`. */
  readonly constant?: {
    readonly key: string;
    /** True where `detail.reason` says what the constant is. */
    readonly reasons?: boolean;
    readonly likely: (network: Network, rows: SummedRows) => readonly Likely[];
  };

  /** ∂E/∂a^(L) and δ^(L) in place of the right ones. */
  readonly output?: (network: Network) => readonly OutputVariation[];
  /** δ^(l) from the signal ∂E/∂a^(l); of the slopes, which there are depends on that of layer l alone. */
  readonly activation?: (setting: Setting, l: number) => readonly Variation<Float64Array>[];
  /** The signal at a^(l) from δ^(l+1); with an unknown constant where it is affine. */
  readonly weights?: (setting: Setting, l: number) => readonly Variation<Float64Array | Affine<Float64Array>>[];
  /** Of the block of θ^(l). */
  readonly block?: (setting: Setting, l: number) => readonly BlockChange[];
  /** True where `block` has a change for each sample: too many to be combined with another forward pass. */
  readonly perSample?: boolean;
  /** What a program does otherwise on the way forward, at any of `layers`. */
  readonly forward?: {
    readonly layers: (network: Network) => readonly number[];
    readonly variations: (
      network: Network,
    ) => readonly { readonly detail: Detail; readonly change: (layers: readonly number[]) => ForwardChange }[];
  };
}
