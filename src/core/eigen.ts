/** Eigenvalues of symmetric matrices: all of a matrix that is written out, the outermost of one that is only multiplied by. */

import type { Pausing } from './check/steps';
import { addTimes, dot, pseudoRandom } from './vectors';

export interface Eigenpair {
  readonly value: number;
  /** Of length 1. */
  readonly vector: Float64Array;
}

export interface Extremes {
  readonly largest: Eigenpair;
  readonly smallest: Eigenpair;
}

/** Of up to so many dimensions every step is taken, and the eigenvalues are those of the matrix to rounding. */
const ALL_STEPS = 300;
/** Steps at most of more dimensions. */
const MOST_STEPS = 400;
/** ‖A v − λ v‖ of both ends, as a part of the largest |λ|: λ is then within its square over the gap, or this. */
const RESIDUAL = 1e-5;
/** The same of the smallest λ of more dimensions than `FEW`: it lies among many others, and costs most of the time. */
const LOOSE_RESIDUAL = 1e-3;
const FEW = 2000;
const PICTURED_RESIDUAL = 1e-2;
/** Steps between two looks at whether both ends are there. */
const LOOK = 5;
/** What remains of a vector below this part is rounding: the space that was reached is invariant. */
const INVARIANT = 1e-13;
/** Of the first vector: results repeat. */
const SEED = 20_240;
/** Turns until one eigenvalue of a tridiagonal matrix is there; two or three are usual. */
const TURNS = 60;

/**
 * The largest and the smallest eigenvalue of a symmetric matrix of `size` rows by Lanczos's method with full
 * reorthogonalization (C. Lanczos 1950; B. Parlett, "The Symmetric Eigenvalue Problem", 1980, chapter 13). `multiply`
 * gives A·v. The values are NaN where a product is not finite. With the pauses of `multiply`.
 */
export function* extremes(size: number, multiply: Multiply): Pausing<Extremes> {
  const smallest = size > FEW ? LOOSE_RESIDUAL : RESIDUAL;
  const [largest, least] = yield* lanczos(size, multiply, [
    { rank: 0, residual: RESIDUAL },
    { rank: -1, residual: smallest },
  ]);
  return { largest: largest ?? unknown(size), smallest: least ?? unknown(size) };
}

/** The `count` largest eigenvalues of such a matrix, the largest first, well enough for a picture: |A v − λ v| is 1 % of |λ|. */
export function* leading(size: number, multiply: Multiply, count: number): Pausing<readonly Eigenpair[]> {
  const ranks = Array.from({ length: Math.min(count, size) }, (_, rank) => ({ rank, residual: PICTURED_RESIDUAL }));
  return yield* lanczos(size, multiply, ranks);
}

/** A·v */
export type Multiply = (v: Float64Array) => Pausing<Float64Array>;

interface Wanted {
  /** Counted from the largest; −1 is the smallest. */
  readonly rank: number;
  /** ‖A v − λ v‖ at most, as a part of the largest |λ|. */
  readonly residual: number;
}

function* lanczos(size: number, multiply: Multiply, wanted: readonly Wanted[]): Pausing<Eigenpair[]> {
  const [basis, alpha, beta]: [Float64Array[], number[], number[]] = [[], [], []];
  const random = pseudoRandom(SEED);
  const most = Math.min(size, size <= ALL_STEPS ? size : MOST_STEPS);
  let next: Float64Array | undefined = fresh(size, basis, random);
  let scale = 0;
  while (next && basis.length < most) {
    basis.push(next);
    const w: Float64Array = (yield* multiply(next)).slice();
    const along = dot(next, w);
    if (!Number.isFinite(along)) return wanted.map(() => unknown(size));
    alpha.push(along);
    // The recurrence takes off the last two, and what is left of the others is rounding: once more over all is enough.
    for (const q of basis.slice(-2)) addTimes(w, -dot(q, w), q);
    takeOff(w, basis);
    const rest = Math.sqrt(dot(w, w));
    scale = Math.max(scale, Math.abs(along), rest);
    if (rest <= INVARIANT * scale) {
      beta.push(0);
      next = fresh(size, basis, random);
    } else {
      beta.push(rest);
      next = w.map((value) => value / rest);
    }
    const looks = basis.length % LOOK === 0 && basis.length >= 2 * LOOK && size > ALL_STEPS;
    if (looks && areThere(alpha, beta, wanted)) break;
  }
  const { values, vectors } = tridiagonal(alpha, beta, true);
  const order = descending(values);
  return wanted.map(({ rank }) => ritz(values, vectors, basis, order.at(rank) ?? 0, size));
}

/** Every eigenvalue of the symmetric matrix `a` (row-major, `n` rows), ascending; `a` is written over. */
export function* eigenvalues(a: Float64Array, n: number): Pausing<Float64Array> {
  const [diagonal, beside] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  const [u, p] = [new Float64Array(n), new Float64Array(n)];
  // Householder's reflections, from the last row up, leave three diagonals.
  for (let i = n - 1; i > 0; i--) {
    let square = 0;
    for (let k = 0; k < i; k++) square += (a[i * n + k] ?? NaN) ** 2;
    const head = a[i * n + i - 1] ?? NaN;
    const length = Math.sqrt(square);
    diagonal[i] = a[i * n + i] ?? NaN;
    beside[i - 1] = head > 0 ? -length : length;
    const half = square - head * (beside[i - 1] ?? NaN);
    if (half === 0) continue;
    for (let k = 0; k < i; k++) u[k] = a[i * n + k] ?? NaN;
    u[i - 1] = head - (beside[i - 1] ?? NaN);
    let along = 0;
    for (let r = 0; r < i; r++) {
      let sum = 0;
      for (let k = 0, at = r * n; k < i; k++, at++) sum += (a[at] ?? NaN) * (u[k] ?? NaN);
      p[r] = sum / half;
      along += (u[r] ?? NaN) * (p[r] ?? NaN);
    }
    for (let r = 0; r < i; r++) p[r] = (p[r] ?? NaN) - ((along / half) * (u[r] ?? NaN)) / 2;
    for (let r = 0; r < i; r++) {
      const [ur, pr] = [u[r] ?? NaN, p[r] ?? NaN];
      for (let k = 0, at = r * n; k < i; k++, at++) a[at] = (a[at] ?? NaN) - ur * (p[k] ?? NaN) - pr * (u[k] ?? NaN);
    }
    yield;
  }
  if (n > 0) diagonal[0] = a[0] ?? NaN;
  return Float64Array.from(tridiagonal(diagonal, beside, false).values).sort();
}

function unknown(size: number): Eigenpair {
  return { value: NaN, vector: new Float64Array(size).fill(NaN) };
}

/** Whether the Ritz values are as near to eigenvalues as is wanted. */
function areThere(alpha: readonly number[], beta: readonly number[], wanted: readonly Wanted[]): boolean {
  const { values, vectors } = tridiagonal(alpha, beta, true);
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const last = beta.at(-1) ?? NaN;
  const order = descending(values);
  return wanted.every(({ rank, residual }) => {
    const at = order.at(rank) ?? 0;
    return last * Math.abs(vectors[(alpha.length - 1) * alpha.length + at] ?? NaN) <= residual * size;
  });
}

/** The places of the values, that of the largest first. */
function descending(values: readonly number[]): number[] {
  return [...values.keys()].sort((a, b) => (values[b] ?? NaN) - (values[a] ?? NaN));
}

function ritz(
  values: readonly number[],
  vectors: Float64Array,
  basis: readonly Float64Array[],
  at: number,
  size: number,
): Eigenpair {
  const vector = new Float64Array(size);
  for (const [k, q] of basis.entries()) addTimes(vector, vectors[k * values.length + at] ?? NaN, q);
  return { value: values[at] ?? NaN, vector };
}

/** A random vector of length 1 at right angles to the basis; undefined where the basis is the whole space. */
function fresh(size: number, basis: readonly Float64Array[], random: () => number): Float64Array | undefined {
  if (basis.length >= size) return undefined;
  const v = Float64Array.from({ length: size }, () => random() - 0.5);
  orthogonalize(v, basis);
  const length = Math.sqrt(dot(v, v));
  return v.map((value) => value / length);
}

/** Takes off what lies along the basis, twice: once is not enough where little remains. */
function orthogonalize(v: Float64Array, basis: readonly Float64Array[]): void {
  for (let turn = 0; turn < 2; turn++) takeOff(v, basis);
}

/** Takes off what lies along the basis, four vectors at a time: v is read and written once for all four. */
function takeOff(v: Float64Array, basis: readonly Float64Array[]): void {
  for (let k = 0; k < basis.length; k += 4) {
    const [a = v, b, c, d] = basis.slice(k, k + 4);
    if (b && c && d) takeOffFour(v, a, b, c, d);
    else for (const q of basis.slice(k)) addTimes(v, -dot(q, v), q);
  }
}

function takeOffFour(v: Float64Array, a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array): void {
  let [alongA, alongB, alongC, alongD] = [0, 0, 0, 0];
  for (let k = 0; k < v.length; k++) {
    const value = v[k] ?? NaN;
    alongA += (a[k] ?? NaN) * value;
    alongB += (b[k] ?? NaN) * value;
    alongC += (c[k] ?? NaN) * value;
    alongD += (d[k] ?? NaN) * value;
  }
  for (let k = 0; k < v.length; k++) {
    v[k] =
      (v[k] ?? NaN) - alongA * (a[k] ?? NaN) - alongB * (b[k] ?? NaN) - alongC * (c[k] ?? NaN) - alongD * (d[k] ?? NaN);
  }
}

/**
 * The eigenvalues of the symmetric matrix with this diagonal and, beside it, `beside` (whose last is not read), and, column
 * by column of a row-major matrix, their vectors. By the QL algorithm with implicit shifts (EISPACK's tql2).
 */
function tridiagonal(
  diagonal: readonly number[],
  beside: readonly number[],
  withVectors: boolean,
): { values: number[]; vectors: Float64Array } {
  const n = diagonal.length;
  const d = [...diagonal];
  const e = Array.from({ length: n }, (_, k) => (k < n - 1 ? (beside[k] ?? 0) : 0));
  const vectors = new Float64Array(withVectors ? n * n : 0);
  for (let k = 0; withVectors && k < n; k++) vectors[k * n + k] = 1;
  for (let l = 0; l < n; l++) {
    for (let turn = 0; turn < TURNS; turn++) {
      let m = l;
      while (m < n - 1) {
        const size = Math.abs(d[m] ?? NaN) + Math.abs(d[m + 1] ?? NaN);
        if (Math.abs(e[m] ?? NaN) <= Number.EPSILON * size) break;
        m++;
      }
      if (m === l) break;
      let g = ((d[l + 1] ?? NaN) - (d[l] ?? NaN)) / (2 * (e[l] ?? NaN));
      g = (d[m] ?? NaN) - (d[l] ?? NaN) + (e[l] ?? NaN) / (g + (g < 0 ? -1 : 1) * Math.hypot(g, 1));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * (e[i] ?? NaN);
        const b = c * (e[i] ?? NaN);
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] = (d[i + 1] ?? NaN) - p;
          e[m] = 0;
          break;
        }
        [s, c] = [f / r, g / r];
        g = (d[i + 1] ?? NaN) - p;
        const t = ((d[i] ?? NaN) - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        for (let k = 0; withVectors && k < n; k++) {
          const [left, right] = [vectors[k * n + i] ?? NaN, vectors[k * n + i + 1] ?? NaN];
          vectors[k * n + i + 1] = s * left + c * right;
          vectors[k * n + i] = c * left - s * right;
        }
      }
      if (i >= l) continue;
      d[l] = (d[l] ?? NaN) - p;
      e[l] = g;
      e[m] = 0;
    }
  }
  return { values: d, vectors };
}
