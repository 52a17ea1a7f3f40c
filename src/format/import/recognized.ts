/** Which activation a function is: compared at points, because exporters write the same one in many ways. */

import { ACTIVATIONS, type ActivationName } from '../../core/functions';
import type { Activation } from '../../core/network';
import { shortestFloat32 } from './model';

/** Constants of an exporter are float32: √2 alone is 2e-8 off. An approximation of GELU is 1e-4 off. */
const TOLERANCE = 2e-6;
const POINTS = Array.from({ length: 49 }, (_, index) => (index - 24) * 0.37);

/** The activation of the format that `value` computes, undefined where it is none of them. */
export function recognized(value: (z: number) => number): Activation | undefined {
  const names = Object.keys(ACTIVATIONS) as ActivationName[];
  for (const type of names) {
    for (const candidate of candidates(type, value)) if (same(candidate, value)) return candidate;
  }
  return undefined;
}

/** With its default constant, and with the one that the value at −1 speaks for. */
function candidates(type: ActivationName, value: (z: number) => number): Activation[] {
  const row = ACTIVATIONS[type];
  if (row.vector || row.isIdentity) return [];
  const { constant } = row;
  if (!constant) return [{ type }];
  const unit = row.value(-1, { [constant.key]: 1 });
  const fitted = shortestFloat32(Math.fround(value(-1) / unit));
  return [{ type }, ...(Number.isFinite(fitted) ? [{ type, [constant.key]: fitted }] : [])];
}

function same(candidate: Activation, value: (z: number) => number): boolean {
  const row = ACTIVATIONS[candidate.type];
  if (row.vector) return false;
  return POINTS.every((z) => {
    const expected = row.value(z, candidate);
    return Math.abs(value(z) - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
  });
}
