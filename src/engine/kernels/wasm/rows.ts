// Rows of data into panels.

import { splat } from './math';

/** Into a block: value j of sample s is value j of row s of the row-major `values`, 0 where there is no sample. */
export function packRows(values: usize, width: i32, n: i32, block: usize, stride: usize): void {
  const rowBytes = <usize>width << 3;
  let s = 0;
  for (; s + 4 <= n; s += 4, values += rowBytes << 2, block += stride) {
    const r0 = values;
    const r1 = r0 + rowBytes;
    const r2 = r1 + rowBytes;
    const r3 = r2 + rowBytes;
    let at = block;
    let j: usize = 0;
    for (; j + 16 <= rowBytes; j += 16, at += 64) {
      const v0 = v128.load(r0 + j);
      const v1 = v128.load(r1 + j);
      const v2 = v128.load(r2 + j);
      const v3 = v128.load(r3 + j);
      v128.store(at, v128.shuffle<f64>(v0, v1, 0, 2));
      v128.store(at, v128.shuffle<f64>(v2, v3, 0, 2), 16);
      v128.store(at, v128.shuffle<f64>(v0, v1, 1, 3), 32);
      v128.store(at, v128.shuffle<f64>(v2, v3, 1, 3), 48);
    }
    if (j < rowBytes) {
      store<f64>(at, load<f64>(r0 + j));
      store<f64>(at, load<f64>(r1 + j), 8);
      store<f64>(at, load<f64>(r2 + j), 16);
      store<f64>(at, load<f64>(r3 + j), 24);
    }
  }
  if (s == n) return;
  for (let at = block, end = block + (rowBytes << 2); at < end; at += 16) v128.store(at, splat(0));
  for (let lane: usize = 0; s < n; s++, values += rowBytes, lane += 8) {
    for (let j: usize = 0; j < rowBytes; j += 8) store<f64>(block + (j << 2) + lane, load<f64>(values + j));
  }
}
