import type { Handlers } from '../channel';
import type { HostReadings } from '../readings';
import type { Compute } from './compute';
import type { RunState } from './training';

/**
 * The answers about one parameter that the worker gives. What `viewOf` gives for a revision, or refuses, is what they are
 * about; `asker` tells this panel from others, so that what it asks for takes the place of what it asked for before.
 */
export function readings(
  compute: Compute,
  viewOf: (revision: number) => RunState,
  asker: string,
): Omit<Handlers<HostReadings>, 'copyDerivation' | 'saveDerivation'> {
  const of = (sample: number | null): { sample?: number } => (sample === null ? {} : { sample });
  return {
    chain: ({ revision, parameter, sample, paths }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).chain({ theta, parameter, paths, asker, ...of(sample) });
    },
    contributions: ({ revision, parameter, routes }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).contributions({ theta, parameter, routes, asker });
    },
    recursions: ({ revision, sample, nodes, limit }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).recursions({ theta, sample, nodes, limit, asker });
    },
    layerWindow: ({ revision, window }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).layerWindow({ theta, window, asker });
    },
    nudge: async ({ revision, parameter, sample, step }) => {
      const { model, theta } = viewOf(revision);
      const steps = Float64Array.of(step);
      const [gain = NaN] = await compute.on(model).nudge({ theta, parameter, steps, asker, ...of(sample) });
      return gain;
    },
    slice: ({ revision, parameter, sample, range }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).slice({ theta, parameter, range, asker, ...of(sample) });
    },
    descend: ({ revision, parameter, sample, learningRate }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).descend({ theta, parameter, learningRate, asker, ...of(sample) });
    },
    stepCurve: ({ revision, parameter, sample, gradient }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).stepCurve({ theta, parameter, gradient, asker, ...of(sample) });
    },
  };
}
