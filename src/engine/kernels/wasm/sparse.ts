// The products of a first layer whose inputs are mostly zeros, as products.ts has them: what is 0 in all four samples of a
// panel, or of a sample in all four columns of a group, is left out. What it would add is 0, unless a factor is NaN or
// infinite: rows beside such a one are computed in full.

import { splat } from './math';
import { COLUMNS, pack, tile, transposeGroup } from './products';

/** Rows of a gradient taken at a time: with them the values of 64 samples stay in the first-level cache. */
const ROWS: i32 = 32;

/** Of `count` pairs of pairs from `at` on, 32 bytes apart, those with anything but +0: their distances from `at`. */
function listOf(at: usize, count: i32, list: usize): i32 {
  const end = at + (<usize>count << 5);
  const start = list;
  for (let x = at; x < end; x += 32) {
    store<u16>(list, <u16>(x - at));
    list += <usize>v128.any_true(v128.or(v128.load(x), v128.load(x, 16))) << 1;
  }
  return <i32>((list - start) >> 1);
}

/** Lists for `multiplyListed`, one of 2 · 256 bytes for 256 columns of a panel, of some of the panels, and their lengths. */
export function listColumns(
  input: usize,
  stride: usize,
  columns: i32,
  panels: i32,
  firstPanel: i32,
  endPanel: i32,
  lists: usize,
  lengths: usize,
): void {
  input += <usize>firstPanel * stride;
  for (let first = 0, block = 0; first < columns; first += COLUMNS, block += panels) {
    let x = input + (<usize>first << 5);
    for (let p = firstPanel; p < endPanel; p++, x += stride) {
      const at = block + p;
      const length = listOf(x, min(COLUMNS, columns - first), lists + ((<usize>at * COLUMNS) << 1));
      store<i32>(lengths + (<usize>at << 2), length);
    }
  }
}

/** Lists for `outerProductListed`, one of 2 n bytes for four columns of a transposed block, and their lengths. */
export function listSamples(a: usize, n: i32, columns: i32, lists: usize, lengths: usize): void {
  for (let c = 0; c < columns; c += 4, a += <usize>n << 5, lists += <usize>n << 1, lengths += 4) {
    store<i32>(lengths, listOf(a, n, lists));
  }
}

/** `multiply` of some of the panels that have lists, with the rows of the matrix 8 `columns` bytes apart. */
export function multiplyListed(
  matrix: usize,
  columns: i32,
  constants: usize,
  input: usize,
  inputStride: usize,
  output: usize,
  outputStride: usize,
  panels: i32,
  firstPanel: i32,
  endPanel: i32,
  from: i32,
  to: i32,
  packed: usize,
  lists: usize,
  lengths: usize,
): void {
  const rowStep = <usize>columns << 3;
  input += <usize>firstPanel * inputStride;
  output += <usize>firstPanel * outputStride;
  lists += (<usize>firstPanel * COLUMNS) << 1;
  lengths += <usize>firstPanel << 2;
  for (let first = 0; first < columns; first += COLUMNS) {
    const count = min(COLUMNS, columns - first);
    for (let r = from; r < to; r += 4) {
      const rows = min(4, to - r);
      pack(matrix + <usize>r * rowStep + (<usize>first << 3), rowStep, 8, count, rows, packed);
      const listed = finite(packed, count);
      let x = input + (<usize>first << 5);
      let z = output + (<usize>r << 5);
      let list = lists;
      const constant = constants == 0 ? <usize>0 : constants + (<usize>r << 3);
      const ownPanels = endPanel - firstPanel;
      for (let p = 0; p < ownPanels; p++, x += inputStride, z += outputStride, list += COLUMNS << 1) {
        if (listed) {
          const length = load<i32>(lengths + (<usize>p << 2));
          tile(packed, x, list, length, z, 32, rows, 4, first == 0, constant);
        } else tile(packed, x, 0, count, z, 32, rows, 4, first == 0, constant);
      }
    }
    lists += (<usize>panels * COLUMNS) << 1;
    lengths += <usize>panels << 2;
  }
}

/** As `outerProduct`; `packed` has room for 32 n values. */
export function outerProductListed(
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
  lists: usize,
  lengths: usize,
): void {
  const rowStep = <usize>columns << 3;
  const four = <usize>n << 5;
  for (let first = from; first < to; first += ROWS) {
    const end = min(first + ROWS, to);
    let listed = true;
    let d = packed;
    for (let r = first; r < end; r += 4, d += four) {
      transposeGroup(delta + (<usize>r << 5), deltaStride, n, min(4, end - r), d);
      listed = listed && finite(d, n);
    }
    let x = a;
    let list = lists;
    for (let c = 0; c < columns; c += 4, x += four, list += <usize>n << 1) {
      const width = min(4, columns - c);
      const length = load<i32>(lengths + <usize>c);
      let g = gradient + <usize>first * rowStep + (<usize>c << 3);
      d = packed;
      // One length for many rows: the processor gets used to it.
      for (let r = first; r < end; r += 4, d += four, g += rowStep << 2) {
        const rows = min(4, end - r);
        if (listed) tile(d, x, list, length, g, rowStep, rows, width, !add, 0);
        else tile(d, x, 0, n, g, rowStep, rows, width, !add, 0);
      }
    }
  }
}

/** Whether 4 `count` values are. */
function finite(at: usize, count: i32): bool {
  const zero = splat(0);
  let sum = zero;
  for (let end = at + (<usize>count << 5); at < end; at += 32) {
    // 0 times anything finite is 0, times anything else NaN.
    const both = f64x2.add(f64x2.mul(v128.load(at), zero), f64x2.mul(v128.load(at, 16), zero));
    sum = f64x2.add(sum, both);
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1) == 0;
}
