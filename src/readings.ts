/**
 * What is asked about one parameter: the readings of its derivative, what happens when it is moved, and the derivation to
 * take along. Part of the protocol: the panel asks the host, and the host the worker.
 */

import type { Chain, PathNode } from './core/chain';
import type { Claim, Judgment } from './core/mistakes/claims';
import type { Contributions } from './core/chain/contributions';
import type { DescentStep } from './core/descent';
import type { LayerWindow, LayerWindowRequest } from './core/chain/layerWindow';
import type { ParameterId } from './core/network';
import type { Slice } from './core/chain/nudge';
import type { Recursion } from './core/chain/recursion';
import type { StepCurve } from './core/check/stepCurve';

/** The range of Δ over which J is drawn, and on how many even places besides 0 and the kinks. */
export interface SliceRange {
  readonly from: number;
  readonly to: number;
  readonly points: number;
}

// ── Host → worker ────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * At which θ, in which sample (from 1; J over all where there is none). A request takes the place of the one before it of
 * the same asker and method: that one is rejected with an error named `Superseded`. Without an asker it is left alone.
 */
export interface At {
  readonly theta: Float64Array;
  readonly sample?: number;
  readonly asker?: string;
}

export interface WorkerReadings {
  chain(request: At & { parameter: ParameterId; paths: number }): Chain;
  /** Over all samples, whichever is chosen. */
  contributions(
    request: Omit<At, 'sample'> & { parameter: ParameterId; routes: readonly (readonly PathNode[])[] },
  ): Contributions;
  recursions(request: At & { sample: number; nodes: readonly PathNode[]; limit: number }): Recursion[];
  layerWindow(request: Omit<At, 'sample'> & { window: LayerWindowRequest }): LayerWindow;
  /** J(θ_ij + Δ) − J(θ_ij) of each Δ. */
  nudge(request: At & { parameter: ParameterId; steps: Float64Array }): Float64Array;
  slice(request: At & { parameter: ParameterId; range: SliceRange }): Slice;
  descend(request: At & { parameter: ParameterId; learningRate: number }): DescentStep;
  /** The difference quotients of every step, and the Taylor remainders of `gradient`. */
  stepCurve(request: At & { parameter: ParameterId; gradient: number }): StepCurve;
  /** A verdict on each claimed ∂J/∂θ, and the mistakes behind the wrong ones. */
  claims(request: Omit<At, 'sample'> & { claims: readonly Claim[] }): Judgment;
  /** This asker waits for none of its readings any more: those under way are rejected with an error named `Superseded`. */
  leave(asker: string): void;
}

// ── Panel → host ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of the network of this revision, which is refused when it is not the newest; `sample` null: J over all. */
export interface About {
  readonly revision: number;
  readonly parameter: ParameterId;
  readonly sample: number | null;
}

export type DerivationFormat = 'latex' | 'markdown' | 'text';

export interface HostReadings {
  chain(request: About & { paths: number }): Chain;
  contributions(request: Omit<About, 'sample'> & { routes: readonly (readonly PathNode[])[] }): Contributions;
  recursions(request: { revision: number; sample: number; nodes: readonly PathNode[]; limit: number }): Recursion[];
  layerWindow(request: { revision: number; window: LayerWindowRequest }): LayerWindow;
  nudge(request: About & { step: number }): number;
  slice(request: About & { range: SliceRange }): Slice;
  descend(request: About & { learningRate: number }): DescentStep;
  stepCurve(request: About & { gradient: number }): StepCurve;
  /** Puts the derivation of the largest paths on the clipboard. */
  copyDerivation(request: About & { format: DerivationFormat }): void;
  /** Asks where to, and saves it in the format that the file's name asks for. */
  saveDerivation(request: About): void;
}
