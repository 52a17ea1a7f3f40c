/** `curvature FILE`: second derivatives of J, and what they say about the place where θ stands. */

import { type Curvature, MOST_HESSIAN_PARAMETERS, type PointKind, curvature as compute } from '../core/curvature';
import { runToEnd } from '../core/check/steps';
import type { HessianKink } from '../core/hessian/kinks';
import { type Network, objectiveOf } from '../core/network';
import { formatNumber, superscript } from '../core/notation';
import { kernelProducts } from '../engine/kernels/hessian';
import { UsageError, type ExitStatus, type Request } from './command';
import { load, trainingSamples } from './input';
import { printJson } from './json';
import { requireUnlocked } from './lock';
import { print } from './streams';

export async function curvatureCommand({ files: [file = ''], options }: Request): Promise<ExitStatus> {
  const digits = options.integer('digits', 3, 17) ?? 6;
  const input = await load(file, options.text('root'));
  await requireUnlocked(input, options);
  const samples = trainingSamples(input);
  const { network } = input.content;
  const full = options.flag('full');
  if (full && network.theta.length > MOST_HESSIAN_PARAMETERS) {
    throw new UsageError(
      `--full: the network has ${String(network.theta.length)} parameters; H is given for up to ${String(MOST_HESSIAN_PARAMETERS)}`,
    );
  }
  const found = runToEnd(compute(objectiveOf(network, samples), full, kernelProducts));
  if (options.flag('json')) await printJson(document(found));
  else print(text(network, found, digits));
  return 0;
}

function document(found: Curvature): object {
  const { parameters, gradientNorm, largest, smallest, largestStableLearningRate, alongGradient, kind, kinks } = found;
  return {
    parameters,
    gradientNorm,
    lambdaMax: largest.value,
    lambdaMin: smallest.value,
    largestStableLearningRate,
    alongGradient,
    kind,
    ...(kinks.length > 0 && { kinks }),
    ...(found.full && {
      eigenvalues: found.full.eigenvalues,
      hessian: Array.from({ length: parameters }, (_, row) =>
        found.full?.hessian.subarray(row * parameters, (row + 1) * parameters),
      ),
    }),
  };
}

const PLACES: Readonly<Record<PointKind, string>> = {
  minimum: 'a minimum: the gradient is 0 and J curves down in no direction',
  saddle: 'a saddle: the gradient is 0 and J curves down in some direction',
  slope: 'a slope: J decreases against the gradient',
  flat: 'flat: the gradient is 0 and J does not curve',
};

function text(network: Network, found: Curvature, digits: number): string[] {
  const number = (value: number): string => formatNumber(value, digits);
  const { learningRate } = network.training.optimizer;
  const most = found.largestStableLearningRate;
  const above = most !== null && learningRate > most ? 'above it' : 'not above it';
  const lines = [
    Number.isFinite(found.gradientNorm) ? `This is ${PLACES[found.kind]}.` : 'The gradient is not finite here.',
    `parameters      ${String(found.parameters)}`,
    `‖∇J‖₂           ${number(found.gradientNorm)}`,
    `λ_max           ${number(found.largest.value)}`,
    `λ_min           ${number(found.smallest.value)}`,
    `gᵀHg / gᵀg      ${number(found.alongGradient)}`,
    most === null
      ? Number.isNaN(found.largest.value)
        ? 'largest stable η: unknown, since H is not finite'
        : 'largest stable η: any, since J curves up in no direction'
      : `largest stable η = 2/λ_max = ${number(most)}; this file’s η = ${number(learningRate)} is ${above}`,
    ...found.kinks.map((kink) => kinkInWords(kink)),
  ];
  if (found.full) lines.push(`eigenvalues     ${Array.from(found.full.eigenvalues, number).join('  ')}`);
  return lines;
}

function kinkInWords({ kind, layer, unit, count }: HessianKink): string {
  const samples = count === 1 ? '1 sample' : `${String(count)} samples`;
  const places: Readonly<Record<HessianKink['kind'], string>> = {
    unit: `unit ${String(unit)} of layer ${String(layer)} is at a kink or bend in ${samples}`,
    loss: `the loss of output ${String(unit)} is at a kink or bend in ${samples}`,
    penalty: `${String(count)} of the weights θ${superscript(`(${String(layer)})`)} are 0, where the penalty has a kink`,
  };
  return `H is one-sided: ${places[kind]}`;
}
