/** THE table of initial weights, as PyTorch's `nn.init` defines them. */

/** θ^(l) has fan-in s_l and fan-out s_(l+1). */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

interface InitRow {
  /** Uniform in ±scale, or normal with this standard deviation. */
  readonly distribution: 'uniform' | 'normal' | 'zero';
  readonly scale: (fans: Fans) => number;
}

const INITS = {
  xavierUniform: { distribution: 'uniform', scale: ({ fanIn, fanOut }) => Math.sqrt(6 / (fanIn + fanOut)) },
  xavierNormal: { distribution: 'normal', scale: ({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut)) },
  heUniform: { distribution: 'uniform', scale: ({ fanIn }) => Math.sqrt(6 / fanIn) },
  heNormal: { distribution: 'normal', scale: ({ fanIn }) => Math.sqrt(2 / fanIn) },
  zeros: { distribution: 'zero', scale: () => 0 },
} as const satisfies Record<string, InitRow>;

export type InitName = keyof typeof INITS;
export const INIT_NAMES = Object.keys(INITS) as InitName[];

/** Writes initial weights into `weights` (fanOut × fanIn, row by row), drawn with `uniform`, which gives numbers in [0, 1). */
export function drawWeights(weights: Float64Array, init: InitName, fans: Fans, uniform: () => number): void {
  const { distribution, scale }: InitRow = INITS[init];
  if (distribution === 'zero') {
    weights.fill(0);
    return;
  }
  const factor = scale(fans);
  for (let index = 0; index < weights.length; index++) {
    weights[index] = factor * (distribution === 'uniform' ? 2 * uniform() - 1 : normal(uniform));
  }
}

/** Standard normal, by Box and Muller: √(−2 ln(1 − u₁)) cos(2π u₂). */
function normal(uniform: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}
