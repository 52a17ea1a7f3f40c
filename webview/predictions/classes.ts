import type { ModelSlice } from '../../src/protocol';
import { activationName, unitLabel } from '../names';

/** The variables of the colours of classes, or of outputs, in turn; they repeat. */
const COLOURS = [
  '--blue',
  '--orange',
  '--vscode-charts-green',
  '--vscode-charts-purple',
  '--vscode-charts-yellow',
  '--vscode-charts-red',
] as const;

const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'down', 'cross'] as const;
/** Classes differ in shape as well as in colour. */
export type Shape = (typeof SHAPES)[number];

/** The variable of the colour of class `at`, from 0: of two classes by one output, as of small and large numbers. */
export function classColour(model: ModelSlice, at: number): string {
  if (outputCount(model) === 1) return at === 0 ? '--negative' : '--positive';
  return COLOURS[at % COLOURS.length] ?? COLOURS[0];
}

export function classShape(at: number): Shape {
  return SHAPES[at % SHAPES.length] ?? 'circle';
}

/** The name of class `at`, from 0. */
export function className(model: ModelSlice, at: number): string {
  return outputCount(model) === 1 ? String(at) : outputName(model, at + 1);
}

/** The name of an output, from 1: the class that it stands for, its label, or a₁⁽³⁾. */
export function outputName(model: ModelSlice, unit: number): string {
  const { length } = model.network.layers;
  return unitLabel(model, length, unit) ?? activationName(length, unit);
}

export function outputCount({ network }: ModelSlice): number {
  return network.layers.at(-1)?.units ?? 0;
}
