/** The worker's answers about one parameter, each worked out in slices and left when a later one is asked for. */

import type { Handlers } from '../channel';
import { gradients } from '../core/backprop';
import { chaining } from '../core/chain';
import { judging } from '../core/mistakes/claims';
import { contributing } from '../core/chain/contributions';
import { descending } from '../core/descent';
import { windowing } from '../core/chain/layerWindow';
import type { Network, Samples } from '../core/network';
import { nudging, slicing } from '../core/chain/nudge';
import { recursing } from '../core/chain/recursion';
import { curving } from '../core/check/stepCurve';
import { analysing } from '../engine/analysis';
import type { WorkerReadings } from '../readings';
import { Askers } from './askers';
import { PassStore } from './passStore';
import { inSlices, type Breathe } from './slices';

/** `loaded` gives the network and samples that a request is about, or throws. */
export function readings(
  loaded: () => { readonly network: Network; readonly samples: Samples },
  breathe: Breathe,
): Handlers<WorkerReadings> {
  const askers = new Askers();
  const store = new PassStore();
  return {
    chain: async ({ theta, parameter, sample, paths, asker }) => {
      const { network, samples } = loaded();
      const newest = askers.enter('chain', asker);
      // Of one row the pass is made sooner than all are kept.
      const passes =
        sample === undefined
          ? await store.at(network, theta, samples, (steps) => inSlices(steps, breathe, newest))
          : store.known(network, theta);
      const options = { paths, passes, ...(sample !== undefined && { sample }) };
      return inSlices(chaining(network, theta, samples, parameter, options), breathe, newest);
    },
    contributions: ({ theta, parameter, routes, asker }) => {
      const { network, samples } = loaded();
      const steps = contributing(network, theta, samples, parameter, routes);
      return inSlices(steps, breathe, askers.enter('contributions', asker));
    },
    recursions: ({ theta, sample, nodes, limit, asker }) => {
      const { network, samples } = loaded();
      const work = recursing(network, theta, samples, sample, nodes, limit);
      return inSlices(work, breathe, askers.enter('recursions', asker));
    },
    layerWindow: ({ theta, window, asker }) => {
      const { network, samples } = loaded();
      const work = windowing(network, theta, samples, window);
      return inSlices(work, breathe, askers.enter('layerWindow', asker));
    },
    nudge: ({ theta, parameter, sample, steps, asker }) => {
      const { network, samples } = loaded();
      const work = nudging(network, theta, samples, parameter, steps, sample);
      return inSlices(work, breathe, askers.enter('nudge', asker));
    },
    slice: ({ theta, parameter, sample, range, asker }) => {
      const { network, samples } = loaded();
      const work = slicing(network, theta, samples, parameter, { ...range, sample });
      return inSlices(work, breathe, askers.enter('slice', asker));
    },
    descend: async ({ theta, parameter, sample, learningRate, asker }) => {
      const { network, samples } = loaded();
      const newest = askers.enter('descend', asker);
      const { gradient } =
        sample === undefined
          ? await inSlices(analysing(network, theta, samples), breathe, newest)
          : gradients(network, theta, samples, sample);
      const options = { learningRate, sample };
      return inSlices(descending(network, theta, samples, parameter, gradient, options), breathe, newest);
    },
    stepCurve: ({ theta, parameter, sample, gradient, asker }) => {
      const { network, samples } = loaded();
      const work = curving(network, theta, samples, parameter, gradient, sample);
      return inSlices(work, breathe, askers.enter('stepCurve', asker));
    },
    claims: ({ theta, claims, asker }) => {
      const { network, samples } = loaded();
      return inSlices(judging(network, theta, samples, claims), breathe, askers.enter('claims', asker));
    },
    leave: (asker) => {
      askers.leave(asker);
    },
  };
}
