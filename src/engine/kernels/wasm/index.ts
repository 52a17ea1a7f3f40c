// The kernels that ../simd.ts calls.

export { activate, activateBackward, softmax, softmaxBackward } from './activations';
export { activateChanges } from './changes';
export { carryChanges, moveUnit, spreadChange } from './gains';
export { lossGains } from './lossGains';
export { countHits, lossBackward, lossSum } from './losses';
export { packPanels, passPanels, passRows, wholePass } from './pass';
export { multiply, outerProduct, rowSums, transpose } from './products';
export { listSamples, multiplyListed, outerProductListed } from './sparse';
export { activationOf, derivativeOf, lossOf, lossSlopeOf } from './single';
export { penalize } from './penalty';
export * from './steps';
