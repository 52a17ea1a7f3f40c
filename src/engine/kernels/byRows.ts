/** Functions without a kernel, computed on a chunk's panels (wasm/products.ts) sample by sample as their rows say. */

import { activate, outputDelta, sampleLoss, throughActivation } from '../../core/functions';
import type { Activation, Network } from '../../core/network';
import type { Operation } from './program';
import type { Address } from './simdKernels';
import { blocksOf, type SimdPass } from './simdOperations';

/** a := g(z) of layer `l`. */
export function activationByRow(pass: SimdPass, g: Activation, l: number): Operation {
  const { z, a, stride, units } = blocksOf(pass, l);
  const panels = panelsWith(pass, stride, units);
  const [ofZ, ofA] = [new Float64Array(units), new Float64Array(units)];
  const run = (): void => {
    for (let s = 0; s < pass.n; s++) {
      panels.read(z, s, ofZ);
      panels.write(a, s, activate(g, ofZ, ofA));
    }
  };
  return { work: 32 * units, run };
}

/** δ := δ g′(z) of layer `l`, or what its coupled units make of it. */
export function backwardByRow(pass: SimdPass, g: Activation, l: number): Operation {
  const { z, a, delta, stride, units } = blocksOf(pass, l);
  const panels = panelsWith(pass, stride, units);
  const [ofZ, ofA, ofDelta] = [new Float64Array(units), new Float64Array(units), new Float64Array(units)];
  const run = (): void => {
    for (let s = 0; s < pass.n; s++) {
      panels.read(z, s, ofZ);
      panels.read(a, s, ofA);
      panels.read(delta, s, ofDelta);
      throughActivation(g, ofZ, ofA, ofDelta);
      panels.write(delta, s, ofDelta);
    }
  };
  return { work: 32 * units, run };
}

/** Σ E_s, and δ^(L) by the number of rows. */
export function lossByRow(
  pass: SimdPass,
  network: Network,
): { readonly value: () => number; readonly delta: Operation } {
  const { z, a, delta, stride, units } = blocksOf(pass, network.layers.length - 1);
  const panels = panelsWith(pass, stride, units);
  const row = (): Float64Array => new Float64Array(units);
  const [ofZ, ofA, ofY, ofDelta] = [row(), row(), row(), row()];
  const read = (s: number): void => {
    panels.read(z, s, ofZ);
    panels.read(a, s, ofA);
    panels.read(pass.targets, s, ofY);
  };
  return {
    value: () => {
      let sum = 0;
      for (let s = 0; s < pass.n; s++) {
        read(s);
        sum += sampleLoss(network, ofZ, ofA, ofY);
      }
      return sum;
    },
    delta: {
      work: 32 * units,
      run: () => {
        const scale = 1 / pass.rows.count;
        for (let s = 0; s < pass.n; s++) {
          read(s);
          outputDelta(network, ofZ, ofA, ofY, ofDelta);
          for (let k = 0; k < units; k++) ofDelta[k] = scale * (ofDelta[k] ?? NaN);
          panels.write(delta, s, ofDelta);
        }
      },
    },
  };
}

/** The values of one sample in a block, out of the panels and into them. */
function panelsWith({ memory }: SimdPass, stride: number, units: number) {
  const first = (block: Address, s: number): number => (block + stride * (s >> 2)) / 8 + (s & 3);
  return {
    read: (block: Address, s: number, into: Float64Array): void => {
      const at = first(block, s);
      for (let k = 0; k < units; k++) into[k] = memory[at + 4 * k] ?? NaN;
    },
    write: (block: Address, s: number, from: Float64Array): void => {
      const at = first(block, s);
      for (let k = 0; k < units; k++) memory[at + 4 * k] = from[k] ?? NaN;
    },
  };
}
