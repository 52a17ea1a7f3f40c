/**
 * WebAssembly made for one small network and its rows: whole epochs without a loop inside, every address and size written
 * into the code. The arithmetic is that of the kernels in the same order, and so to the bit what they give. Samples stand in
 * pairs, as in the kernels' panels; a last one without a partner stands beside 0.
 */

import { hasLossWithLogits } from '../../core/functions';
import { parameterLayout, type LayerLayout } from '../../core/network';
import { FUSED_ROW } from '../engine';
import { emitLoss, emitLossSlope, pairAt, sumOverSamples, type FusedPlan, type UnitLocals } from './fusedLoss';
import { emitStep, hasStep } from './fusedSteps';
import { activationKind, type ActivationKernel, type KernelFunction } from '../kernels/simdFunctions';
import { blocksOf, type SimdPass } from '../kernels/simdOperations';
import { Code, F64, I32, V128, type Import, type Local } from './wasmCode';

const address = (count: number): (typeof I32)[] => Array.from({ length: count }, () => I32);
const IMPORTS: readonly Import[] = [
  { name: 'activationOf', parameters: [I32, F64, V128], results: [V128] },
  { name: 'derivativeOf', parameters: [I32, F64, V128, V128], results: [V128] },
  { name: 'lossOf', parameters: [I32, F64, V128, V128, V128], results: [V128] },
  { name: 'lossSlopeOf', parameters: [I32, F64, V128, V128, V128], results: [V128] },
  { name: 'countHits', parameters: address(5), results: [I32] },
  { name: 'penalize', parameters: [...address(3), F64, F64], results: [F64] },
];

/**
 * The module. Its `run(epochs, into)` steps by the gradient that is there and passes over all rows, so many times, and
 * writes a row for each. Undefined where an activation has no kernel that works unit by unit.
 */
export function fusedModule(plan: FusedPlan): Uint8Array | undefined {
  const kinds = plan.network.layers.slice(1).map(({ activation }) => activationKind(activation));
  const { optimizer } = plan.network.training;
  if (!kinds.every((kind) => kind !== undefined) || !hasStep(optimizer)) return undefined;
  if (kinds.some(({ kernel }) => kernel === 'softmax')) return undefined;
  const [epochs, into] = [0, 1];
  const code = new Code(IMPORTS, [I32, I32]);
  code.loop(() => {
    emitStep(code, optimizer, plan.step, plan.trained);
    emitPass(code, plan, kinds, into);
    code
      .get(into)
      .i32(8 * FUSED_ROW)
      .do('i32.add')
      .set(into);
    code.get(epochs).i32(1).do('i32.sub').set(epochs).get(epochs);
  });
  return code.module();
}

function emitPass(code: Code, plan: FusedPlan, kinds: readonly KernelFunction<ActivationKernel>[], into: Local): void {
  const { network, pass, count } = plan;
  const layout = parameterLayout(network.layers).layers;
  const pairs = Array.from({ length: Math.ceil(count / 2) }, (_, p) => p);
  const newPairs = (): Local[] => pairs.map(() => code.local(V128));
  const units = network.layers.map((layer) =>
    Array.from({ length: layer.units }, (): UnitLocals => ({ z: newPairs(), a: newPairs(), delta: newPairs() })),
  );
  const of = (l: number): UnitLocals[] => units[l] ?? [];
  loadInputs(code, pass, of(0));
  for (const [l, block] of layout.entries()) emitForward(code, pass, block, of(l), of(l + 1), kinds[l]);
  emitLoss(code, plan, of(network.layers.length - 1), into);
  const last = layout.length - 1;
  emitLossSlope(code, plan, of(last + 1));
  if (!hasLossWithLogits(network)) throughActivation(code, of(last + 1), kinds[last]);
  for (let l = last; l >= 0; l--) {
    const block = layout[l];
    if (!block) continue;
    emitGradient(code, plan, block, of(l), of(l + 1));
    if (l === 0) break;
    emitDelta(code, pass, block, of(l), of(l + 1));
    throughActivation(code, of(l), kinds[l - 1]);
  }
  emitPenalty(code, plan, layout, into);
  emitNorm(code, plan, into);
}

function loadInputs(code: Code, pass: SimdPass, units: readonly UnitLocals[]): void {
  const { a: start, stride } = blocksOf(pass, 0);
  for (const [i, { a }] of units.entries()) {
    for (const [p, local] of a.entries()) code.load('v128.load', pairAt(start, stride, i, p)).set(local);
  }
}

function emitForward(
  code: Code,
  { theta }: SimdPass,
  { weights, biases, columns }: LayerLayout,
  from: readonly UnitLocals[],
  to: readonly UnitLocals[],
  g: KernelFunction<ActivationKernel> | undefined,
): void {
  for (const [i, unit] of to.entries()) {
    for (const [p, z] of unit.z.entries()) {
      if (biases < 0) code.f64(0).do('f64x2.splat');
      else code.load('v128.load64_splat', theta + 8 * (biases + i));
      for (const [j, { a }] of from.entries()) {
        code.load('v128.load64_splat', theta + 8 * (weights + i * columns + j));
        code.get(a[p] ?? 0).do('f64x2.mul', 'f64x2.add');
      }
      code.set(z);
    }
  }
  for (const { z, a } of to) {
    for (const [p, local] of a.entries()) {
      if (g && g.kernel !== 'identity')
        code
          .i32(g.kind)
          .f64(g.constant)
          .get(z[p] ?? 0)
          .call('activationOf')
          .set(local);
      else code.get(z[p] ?? 0).set(local);
    }
  }
}

/** δ := δ g′(z). */
function throughActivation(
  code: Code,
  units: readonly UnitLocals[],
  g: KernelFunction<ActivationKernel> | undefined,
): void {
  if (!g || g.kernel === 'identity') return;
  for (const { z, a, delta } of units) {
    for (const [p, local] of delta.entries()) {
      code.get(local);
      const [zPair, aPair] = [z[p] ?? 0, a[p] ?? 0];
      // What takes two instructions is not worth a call.
      if (g.kernel === 'sigmoid') code.get(aPair).f64(1).do('f64x2.splat').get(aPair).do('f64x2.sub', 'f64x2.mul');
      else if (g.kernel === 'tanh') code.f64(1).do('f64x2.splat').get(aPair, aPair).do('f64x2.mul', 'f64x2.sub');
      else code.i32(g.kind).f64(g.constant).get(zPair, aPair).call('derivativeOf');
      code.do('f64x2.mul').set(local);
    }
  }
}

/** ∂J/∂θ^(l), into memory. */
function emitGradient(
  code: Code,
  { pass: { gradient }, count }: FusedPlan,
  { weights, biases, columns }: LayerLayout,
  from: readonly UnitLocals[],
  to: readonly UnitLocals[],
): void {
  const product = code.local(V128);
  for (const [i, { delta }] of to.entries()) {
    for (const [j, { a }] of from.entries()) {
      code.i32(0).f64(0);
      for (let s = 0; s < count; s++) {
        if (s % 2 === 0)
          code
            .get(delta[s / 2] ?? 0, a[s / 2] ?? 0)
            .do('f64x2.mul')
            .set(product);
        code
          .get(product)
          .lane((s % 2) as 0 | 1)
          .do('f64.add');
      }
      code.access('f64.store', gradient + 8 * (weights + i * columns + j));
    }
    if (biases < 0) continue;
    code.i32(0);
    sumOverSamples(code, count, (p) => code.get(delta[p] ?? 0));
    code.access('f64.store', gradient + 8 * (biases + i));
  }
}

/** (θ^(l))ᵀ δ^(l+1). */
function emitDelta(
  code: Code,
  { theta }: SimdPass,
  { weights, columns }: LayerLayout,
  to: readonly UnitLocals[],
  from: readonly UnitLocals[],
): void {
  for (const [j, { delta }] of to.entries()) {
    for (const [p, local] of delta.entries()) {
      code.f64(0).do('f64x2.splat');
      for (const [i, unit] of from.entries()) {
        code.load('v128.load64_splat', theta + 8 * (weights + i * columns + j));
        code.get(unit.delta[p] ?? 0).do('f64x2.mul', 'f64x2.add');
      }
      code.set(local);
    }
  }
}

function emitPenalty(code: Code, { network, pass }: FusedPlan, layout: readonly LayerLayout[], into: Local): void {
  const { l1, l2 } = network.regularization;
  code.get(into).f64(0);
  if (l1 !== 0 || l2 !== 0) {
    for (const { weights, rows, columns } of layout) {
      code
        .i32(pass.theta + 8 * weights)
        .i32(pass.gradient + 8 * weights)
        .i32(rows * columns);
      code.f64(l1).f64(l2).call('penalize').do('f64.add');
    }
  }
  code.access('f64.store', 8);
}

function emitNorm(code: Code, { pass: { gradient }, trained }: FusedPlan, into: Local): void {
  const value = code.local(F64);
  code.get(into).f64(0);
  for (const { from, to } of trained) {
    for (let k = from; k < to; k++) {
      code.load('f64.load', gradient + 8 * k).set(value);
      code.get(value, value).do('f64.mul', 'f64.add');
    }
  }
  code.do('f64.sqrt').access('f64.store', 24);
}
