/** Somebody who works a 2-2-2 sheet out by hand, with one mistake or none: an implementation of its own, in a dozen lines. */

type Vector = readonly number[];
type Matrix = readonly Vector[];

/** A sheet's file as JSON has it. */
export interface SheetJson {
  layers: { weights?: number[][]; claimedGradients?: { weights: (number | null)[][] } }[];
  data: { inputs: number[][]; targets: number[][] };
  training: { optimizer: { learningRate: number } };
  exercise?: { student?: string };
}

const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
const times = (m: Matrix, v: Vector): number[] => m.map((row) => row.reduce((sum, w, j) => sum + w * (v[j] ?? NaN), 0));
const turned = (m: Matrix): number[][] => (m[0] ?? []).map((_, j) => m.map((row) => row[j] ?? NaN));
const outer = (d: Vector, a: Vector): number[][] => d.map((di) => a.map((aj) => di * aj));

/** What can go wrong, by the code that the judge has for it, and in which layers it is made. */
export const MISTAKES = {
  'activation-derivative-missing': [2],
  'derivative-at-activation': [2, 3],
  'target-missing': [3],
  transposed: [2],
  'weights-missing': [2],
  'input-before-activation': [2],
  sign: [1, 2],
  scale: [1, 2],
  'updated-parameters': [1, 2],
  'outer-product-transposed': [2],
} as const;
export type Mistake = keyof typeof MISTAKES;

/** ∂J/∂θ⁽¹⁾ and ∂J/∂θ⁽²⁾ of the only sample, as somebody finds them who makes this mistake. */
export function gradientsBy({ layers, data, training }: SheetJson, mistake?: Mistake): [number[][], number[][]] {
  const [x, y] = [data.inputs[0] ?? [], data.targets[0] ?? []];
  const [one, two] = [layers[1]?.weights ?? [], layers[2]?.weights ?? []];
  const z2 = times(one, x);
  const a2 = z2.map(sigma);
  const a3 = times(two, a2).map(sigma);
  const z3 = times(two, a2);
  const prime = (z: number, a: number, layer: 2 | 3): number => {
    if (mistake === 'activation-derivative-missing' && layer === 2) return 1;
    const at = mistake === 'derivative-at-activation' ? a : z;
    return sigma(at) * (1 - sigma(at));
  };
  const error = a3.map((a, i) => (mistake === 'target-missing' ? a : a - (y[i] ?? NaN)));
  const delta3 = error.map((e, i) => e * prime(z3[i] ?? NaN, a3[i] ?? NaN, 3));
  const back = mistake === 'transposed' ? two : turned(two);
  const signal =
    mistake === 'weights-missing' ? delta3.map(() => (delta3[0] ?? 0) + (delta3[1] ?? 0)) : times(back, delta3);
  const delta2 = signal.map((s, i) => s * prime(z2[i] ?? NaN, a2[i] ?? NaN, 2));
  const input = mistake === 'input-before-activation' ? z2 : a2;
  const product = outer(delta3, input);
  const found: [number[][], number[][]] = [
    outer(delta2, x),
    mistake === 'outer-product-transposed' ? turned(product) : product,
  ];
  const eta = training.optimizer.learningRate;
  const each = (change: (g: number, w: number) => number): [number[][], number[][]] => [
    found[0].map((row, i) => row.map((g, j) => change(g, one[i]?.[j] ?? NaN))),
    found[1].map((row, i) => row.map((g, j) => change(g, two[i]?.[j] ?? NaN))),
  ];
  if (mistake === 'sign') return each((g) => -g);
  if (mistake === 'scale') return each((g) => 2 * g);
  if (mistake === 'updated-parameters') return each((g, w) => w - eta * g);
  return found;
}

/** Fills the sheet in, each number rounded to so many significant digits. */
export function solve(sheet: SheetJson, digits: number, mistake?: Mistake): void {
  for (const [index, matrix] of gradientsBy(sheet, mistake).entries()) {
    const layer = sheet.layers[index + 1];
    if (layer) layer.claimedGradients = { weights: matrix.map((row) => row.map((g) => Number(g.toPrecision(digits)))) };
  }
}
