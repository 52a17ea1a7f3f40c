// The three loops that nearly all the time of a wide network goes into. A block holds the values of a layer for the samples
// of a chunk in panels of four samples: value i of sample s stands at panel ⌊s/4⌋, 4 i + s mod 4, and a panel is followed by
// a gap of one cache line, so that panels of 2ᵏ units do not fall into the same few sets of the cache. Strides are in bytes.

import { multiplyAdd, splat } from './math';

/** Columns taken at a time: with them a panel and four packed rows stay in the first-level cache. */
export const COLUMNS: i32 = 256;

/**
 * output_r = constant_r + Σ_c matrix_rc · input_c for from ≤ r < to; constants = 0 for none. Four rows at a time are packed
 * side by side into `packed` (room for 4 · 256 values), and used for all panels.
 */
export function multiply(
  matrix: usize,
  rowStep: usize,
  columnStep: usize,
  columns: i32,
  constants: usize,
  input: usize,
  inputStride: usize,
  output: usize,
  outputStride: usize,
  panels: i32,
  from: i32,
  to: i32,
  packed: usize,
): void {
  for (let first = 0; first < columns; first += COLUMNS) {
    const count = min(COLUMNS, columns - first);
    for (let r = from; r < to; r += 4) {
      const rows = min(4, to - r);
      pack(matrix + <usize>r * rowStep + <usize>first * columnStep, rowStep, columnStep, count, rows, packed);
      let x = input + (<usize>first << 5);
      let z = output + (<usize>r << 5);
      const constant = constants == 0 ? <usize>0 : constants + (<usize>r << 3);
      for (let p = 0; p < panels; p++, x += inputStride, z += outputStride) {
        tile(packed, x, 0, count, z, 32, rows, 4, first == 0, constant);
      }
    }
  }
}

/** Columns of up to four rows side by side; the rest zeros. */
export function pack(matrix: usize, rowStep: usize, columnStep: usize, count: i32, rows: i32, packed: usize): void {
  if (rows == 4 && rowStep == 8) {
    for (let k = 0; k < count; k++, matrix += columnStep, packed += 32) {
      v128.store(packed, v128.load(matrix));
      v128.store(packed, v128.load(matrix, 16), 16);
    }
    return;
  }
  const w1 = rows > 1 ? rowStep : <usize>0;
  const w2 = rows > 2 ? 2 * rowStep : <usize>0;
  const w3 = rows > 3 ? 3 * rowStep : <usize>0;
  let k = 0;
  if (columnStep == 8) {
    for (; k + 2 <= count; k += 2, matrix += 16, packed += 64) {
      const r0 = v128.load(matrix);
      const r1 = v128.load(matrix + w1);
      const r2 = v128.load(matrix + w2);
      const r3 = v128.load(matrix + w3);
      v128.store(packed, v128.shuffle<f64>(r0, r1, 0, 2));
      v128.store(packed, v128.shuffle<f64>(r2, r3, 0, 2), 16);
      v128.store(packed, v128.shuffle<f64>(r0, r1, 1, 3), 32);
      v128.store(packed, v128.shuffle<f64>(r2, r3, 1, 3), 48);
    }
  }
  for (; k < count; k++, matrix += columnStep, packed += 32) {
    store<f64>(packed, load<f64>(matrix));
    store<f64>(packed, load<f64>(matrix + w1), 8);
    store<f64>(packed, load<f64>(matrix + w2), 16);
    store<f64>(packed, load<f64>(matrix + w3), 24);
  }
}

/**
 * Σ_k packed_k x_k for four rows by four columns: eight sums in registers. They start at the rows' constants, or where they
 * do not `start` here, at what stands at z; the first `rows` and `columns` are stored. With a `list`, k goes through it alone:
 * it has 32 k (sparse.ts).
 */
// @ts-ignore: decorator
@inline
export function tile(
  packed: usize,
  x: usize,
  list: usize,
  count: i32,
  z: usize,
  rowStep: usize,
  rows: i32,
  columns: i32,
  start: bool,
  constant: usize,
): void {
  const z1 = z + rowStep;
  const z2 = z1 + rowStep;
  const z3 = z2 + rowStep;
  let a0 = splat(0);
  let b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0;
  if (!start) {
    a0 = getPair(z, columns);
    a1 = getPair(z + 16, columns - 2);
    if (rows > 1) {
      b0 = getPair(z1, columns);
      b1 = getPair(z1 + 16, columns - 2);
    }
    if (rows > 2) {
      c0 = getPair(z2, columns);
      c1 = getPair(z2 + 16, columns - 2);
    }
    if (rows > 3) {
      d0 = getPair(z3, columns);
      d1 = getPair(z3 + 16, columns - 2);
    }
  } else if (constant != 0) {
    a0 = v128.load64_splat(constant);
    if (rows > 1) b0 = v128.load64_splat(constant, 8);
    if (rows > 2) c0 = v128.load64_splat(constant, 16);
    if (rows > 3) d0 = v128.load64_splat(constant, 24);
    a1 = a0;
    b1 = b0;
    c1 = c0;
    d1 = d0;
  }
  const end = list == 0 ? <usize>count << 5 : list + (<usize>count << 1);
  for (let k = list; k < end; k += list == 0 ? 32 : 2) {
    const at = list == 0 ? k : <usize>load<u16>(k);
    const w = packed + at;
    const x0 = v128.load(x + at);
    const x1 = v128.load(x + at, 16);
    const wa = v128.load64_splat(w);
    a0 = multiplyAdd(wa, x0, a0);
    a1 = multiplyAdd(wa, x1, a1);
    const wb = v128.load64_splat(w, 8);
    b0 = multiplyAdd(wb, x0, b0);
    b1 = multiplyAdd(wb, x1, b1);
    const wc = v128.load64_splat(w, 16);
    c0 = multiplyAdd(wc, x0, c0);
    c1 = multiplyAdd(wc, x1, c1);
    const wd = v128.load64_splat(w, 24);
    d0 = multiplyAdd(wd, x0, d0);
    d1 = multiplyAdd(wd, x1, d1);
  }
  putPair(z, a0, columns);
  putPair(z + 16, a1, columns - 2);
  if (rows > 1) {
    putPair(z1, b0, columns);
    putPair(z1 + 16, b1, columns - 2);
  }
  if (rows > 2) {
    putPair(z2, c0, columns);
    putPair(z2 + 16, c1, columns - 2);
  }
  if (rows > 3) {
    putPair(z3, d0, columns);
    putPair(z3 + 16, d1, columns - 2);
  }
}

/** Two values, one beside 0, or none, as `there` says. */
// @ts-ignore: decorator
@inline
function getPair(at: usize, there: i32): v128 {
  if (there > 1) return v128.load(at);
  return there == 1 ? v128.load64_zero(at) : splat(0);
}

// @ts-ignore: decorator
@inline
function putPair(at: usize, values: v128, there: i32): void {
  if (there > 1) v128.store(at, values);
  else if (there == 1) store<f64>(at, f64x2.extract_lane(values, 0));
}

/**
 * A block the other way round, four units side by side: value i of sample s to group ⌊i/4⌋ of 32 n bytes, 4 s + i mod 4.
 * The last group has any values for units that are not there.
 */
export function transpose(block: usize, stride: usize, n: i32, units: i32, out: usize): void {
  const group = <usize>n << 5;
  for (let i = 0; i < units; i += 4, block += 128, out += group) {
    transposeGroup(block, stride, n, min(4, units - i), out);
  }
}

/** Of up to four units. */
export function transposeGroup(block: usize, stride: usize, n: i32, units: i32, out: usize): void {
  const o1: usize = units > 1 ? 32 : 0;
  const o2: usize = units > 2 ? 64 : 0;
  const o3: usize = units > 3 ? 96 : 0;
  for (let s = 0; s < n; s += 2) {
    const at = block + <usize>(s >> 2) * stride + (<usize>(s & 2) << 3);
    const v0 = v128.load(at);
    const v1 = v128.load(at + o1);
    const v2 = v128.load(at + o2);
    const v3 = v128.load(at + o3);
    v128.store(out, v128.shuffle<f64>(v0, v1, 0, 2));
    v128.store(out, v128.shuffle<f64>(v2, v3, 0, 2), 16);
    out += 32;
    if (s + 1 == n) return;
    v128.store(out, v128.shuffle<f64>(v0, v1, 1, 3));
    v128.store(out, v128.shuffle<f64>(v2, v3, 1, 3), 16);
    out += 32;
  }
}

/**
 * gradient_rc := (add ? gradient_rc : 0) + Σ_s δ_r a_c for from ≤ r < to, row by row; `a` is transposed. `packed` has room
 * for 4 n values.
 */
export function outerProduct(
  gradient: usize,
  columns: i32,
  delta: usize,
  deltaStride: usize,
  a: usize,
  n: i32,
  from: i32,
  to: i32,
  add: bool,
  packed: usize,
): void {
  const rowStep = <usize>columns << 3;
  for (let r = from; r < to; r += 4) {
    const rows = min(4, to - r);
    transposeGroup(delta + (<usize>r << 5), deltaStride, n, rows, packed);
    let g = gradient + <usize>r * rowStep;
    let x = a;
    let c = 0;
    for (; c + 4 <= columns; c += 4, g += 32, x += <usize>n << 5) tile(packed, x, 0, n, g, rowStep, rows, 4, !add, 0);
    if (c < columns) tile(packed, x, 0, n, g, rowStep, rows, columns - c, !add, 0);
  }
}

/** sums_r := (add ? sums_r : 0) + Σ_s block_r for from ≤ r < to. */
export function rowSums(sums: usize, block: usize, stride: usize, n: i32, from: i32, to: i32, add: bool): void {
  for (let r = from; r < to; r++) {
    let at = block + (<usize>r << 5);
    let sum = splat(0);
    let s = 0;
    for (; s + 4 <= n; s += 4, at += stride) {
      sum = f64x2.add(sum, f64x2.add(v128.load(at), v128.load(at, 16)));
    }
    let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
    for (; s < n; s++, at += 8) total += load<f64>(at);
    const place = sums + (<usize>r << 3);
    store<f64>(place, add ? load<f64>(place) + total : total);
  }
}
