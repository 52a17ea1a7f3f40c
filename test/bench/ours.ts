/** What the benchmarks run of ours, in one bundle as it is shipped: minified, with the kernels inside. */

export { gradients, loss } from '../../src/core/backprop';
export { connect } from '../../src/channel';
export { load } from '../../src/cli/input';
export { unpackReport } from '../../src/core/check/packed';
export { chain } from '../../src/core/chain';
export { curvature } from '../../src/core/curvature';
export { lossesAt, planeThrough } from '../../src/core/landscape';
export { analysing, lossMeter } from '../../src/engine/analysis';
export { cachedPasses } from '../../src/core/cachedPasses';
export { judging } from '../../src/core/mistakes/claims';
export { objectiveOf, parameterAt, parameterLayout } from '../../src/core/network';
export { runToEnd } from '../../src/core/check/steps';
export { poolOf } from '../../src/engine/pool/workerPool';
export { checkFast as check } from '../../src/engine/kernels/checking';
export { kernelProducts } from '../../src/engine/kernels/hessian';
export { createEngine } from '../../src/engine/create';
export { createPlainEngine } from '../../src/engine/plainEngine';
export { Trainer } from '../../src/engine/trainer';
export { parseNetworkFile } from '../../src/format';
export { tallies } from '../core/mistakes/tally';
export { exportPyTorch } from '../../src/format/export/pytorch';
export { NetworkText } from '../../src/app/text';
