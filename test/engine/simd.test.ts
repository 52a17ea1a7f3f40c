import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { compileKernels } from '../../src/engine/kernels/wasm/build.mjs';
import { ACTIVATIONS, LOSSES, type ActivationName, type LossName } from '../../src/core/functions';
import { KERNEL_BYTES } from '../../src/engine/kernels/kernelBytes';
import { activationKind, lossKind } from '../../src/engine/kernels/simdFunctions';
import { MemoryPlan, startKernels } from '../../src/engine/kernels/simdMemory';
import { gradients } from '../../src/core/backprop';
import { networkOf } from '../core/networks';
import { drawnCase } from './drawn';
import { errorOfExp, errorOfExpm1, errorOfLn, errorOfLog1p, errorOfTanh } from './exact';
import { objectiveOf } from '../../src/core/network';

const plan = new MemoryPlan();
const [first, second, third] = [plan.reserve(64), plan.reserve(64), plan.reserve(64)];
const started = startKernels(plan);
if (!started) throw new Error('this platform has no WebAssembly with SIMD');
const { kernels, memory } = started;
const [z, a, delta] = [first, second, third].map((address) => new Float64Array(memory.buffer, address, 4)) as [
  Float64Array,
  Float64Array,
  Float64Array,
];

/** g(x) and g′(x) as the kernels compute them. */
function activated(type: ActivationName, x: number): { readonly value: number; readonly derivative: number } {
  const { kind = NaN, constant = NaN } = activationKind({ type }) ?? {};
  z.fill(x);
  delta.fill(1);
  kernels.activate(kind, constant, first, second, 0, 1, 0, 1);
  kernels.activateBackward(kind, constant, first, second, third, 0, 1, 0, 1);
  return { value: a[3] ?? NaN, derivative: delta[3] ?? NaN };
}

/** E of one sample with one output, by the loss alone. */
function lossOf(type: LossName, output: number, target: number): number {
  const network = networkOf({ layers: [{ units: 1 }, { weights: [[1]] }], loss: type });
  const { kind, constant } = lossKind(network) ?? { kind: NaN, constant: NaN };
  a.fill(output);
  z.fill(target);
  return kernels.lossSum(kind, constant, third, second, 0, first, 1, 1);
}

const exp = (x: number): number => activated('elu', x).derivative;
const expm1 = (x: number): number => activated('elu', x).value;
const ln = (x: number): number => 0 - lossOf('crossEntropy', x, 1);
const log1p = (x: number): number => -lossOf('binaryCrossEntropy', -x, 0);

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
/** Both numbers spread evenly and numbers of every size. */
const negative = fc.oneof(between(-745, 0), between(-1, 0), between(-40, -0.1));

describe('the functions of the kernels are within two units in the last place', () => {
  const within = (name: string, numbers: fc.Arbitrary<number>, error: (x: number) => number): void => {
    it(name, () => {
      const property = fc.property(numbers, (x) => {
        expect(Math.abs(error(x))).toBeLessThanOrEqual(2);
      });
      fc.assert(property, { numRuns: 3000 });
    });
  };
  within('eˣ', negative, (x) => errorOfExp(exp(x), x));
  within(
    'eˣ − 1',
    negative.filter((x) => x < -1e-30 && x > -60),
    (x) => errorOfExpm1(expm1(x), x),
  );
  within(
    'tanh x',
    // Where roundings weigh most against the value: 2.04 units in the last place at 0.121… once.
    fc
      .oneof(between(-25, 25), between(-0.35, 0.35), fc.constant(0.1211278966095875))
      .filter((x) => Math.abs(x) > 1e-30),
    (x) => errorOfTanh(activated('tanh', x).value, x),
  );
  within('ln x', fc.oneof(between(5e-324, 1.7e308), between(0.5, 2)), (x) => errorOfLn(ln(x), x));
  within(
    'ln(1 + x)',
    between(-0.9999, 3).filter((x) => Math.abs(x) > 1e-15),
    (x) => errorOfLog1p(log1p(x), x),
  );

  it('at the ends', () => {
    expect([-Infinity, -746, -745, 0, NaN].map(exp)).toEqual([0, 0, 5e-324, 1, NaN]);
    expect([-Infinity, -1e300, -50, -5e-324, NaN].map(expm1)).toEqual([-1, -1, -1, -5e-324, NaN]);
    const tanh = [-Infinity, -30, -5e-324, -0, 0, 1e-200, 1e300, Infinity, NaN].map((x) => activated('tanh', x).value);
    expect(tanh).toEqual([-1, -1, -5e-324, -0, 0, 1e-200, 1, 1, NaN]);
    expect([0, 5e-324, 1, Infinity, -1, NaN].map(ln)).toEqual([-Infinity, Math.log(5e-324), 0, Infinity, NaN, NaN]);
    expect([-1, 1e-320, Infinity, -2, NaN].map(log1p)).toEqual([-Infinity, 1e-320, Infinity, NaN, NaN]);
  });
});

describe('the kernels know the functions of the table', () => {
  const values = [NaN, Infinity, -Infinity, 0, 5e-324, 1e-10, 0.3, -0.7, 2, -3, 40, -40, 705, -705, 1e300];
  const close = (value: number, wanted: number): void => {
    if (Number.isFinite(wanted)) expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-15 * Math.abs(wanted));
    else expect(value).toBe(wanted);
  };
  const scalar = (Object.keys(ACTIVATIONS) as ActivationName[]).filter(
    (type) => activationKind({ type }) && !ACTIVATIONS[type].vector,
  );
  it.each(scalar)('%s', (type) => {
    const row = ACTIVATIONS[type];
    for (const x of values) {
      if (row.vector) throw new Error('a kernel of its own is for one unit alone');
      close(activated(type, x).value, row.value(x, {}));
      close(activated(type, x).derivative, row.derivative(x, {}));
    }
  });
  const ofKernels = (Object.keys(LOSSES) as LossName[]).filter((type) => LOSSES[type].kernel);
  it.each(ofKernels)('%s', (type) => {
    const probabilities = LOSSES[type].needsProbabilities;
    for (const output of probabilities ? [0, 1e-300, 0.25, 1] : values) {
      for (const target of [0, 0.25, 1]) close(lossOf(type, output, target), LOSSES[type].value(output, target, {}));
    }
  });
});

it('the kernels are the same bytes whenever they are compiled, and those that are used', async () => {
  // Those that are used were compiled before the tests.
  expect(Buffer.from(await compileKernels()).toString('base64')).toBe(KERNEL_BYTES);
});

describe.each([
  ['is missing', undefined],
  ['lacks SIMD', refusing(() => new Error('Invalid opcode 0xfd'))],
  ['is not allowed', refusing(() => new EvalError('violates the Content Security Policy'))],
])('where WebAssembly %s', (_, platform) => {
  it('the engine is the one in TypeScript', async () => {
    vi.resetModules();
    const { createSimdEngine } = await import('../../src/engine/kernels/simd');
    const { createEngine } = await import('../../src/engine/create');
    const { network, samples } = drawnCase([2, 3, 1], 5);
    vi.stubGlobal('WebAssembly', platform);
    try {
      expect(createSimdEngine(network)).toBeUndefined();
      const engine = createEngine(network, false);
      engine.begin({ samples, first: 0, count: 5 }, 'gradient');
      while (!engine.advance());
      expect(engine.dataLoss).toBeCloseTo(gradients(objectiveOf(network, samples)).dataLoss, 14);
    } finally {
      vi.unstubAllGlobals();
      vi.resetModules();
    }
  });
});

/** A WebAssembly that compiles nothing. */
function refusing(error: () => Error): unknown {
  return {
    Module: class {
      constructor() {
        throw error();
      }
    },
  };
}
