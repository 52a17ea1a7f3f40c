import * as v from 'valibot';
import type { Guards } from '../channel';
import type { HostApi } from '../protocol';
import type { HostReadings } from '../readings';

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const positive = v.pipe(count, v.minValue(1));
const parameter = v.object({ layer: positive, to: positive, from: count });
const sample = v.nullable(positive);
const epoch = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const nothing = v.undefined();

const about = { revision: count, parameter, sample };
const finite = v.pipe(v.number(), v.finite());
const upTo = (most: number) => v.pipe(positive, v.maxValue(most));
const node = v.object({ kind: v.picklist(['z', 'a']), layer: positive, unit: positive });
// A path passes z and a of every layer, of which there are 64 at most.
const route = v.pipe(v.array(node), v.maxLength(128));
const stretch = v.object({ first: count, count: upTo(100) });
const range = v.pipe(
  v.object({ from: finite, to: finite, points: v.pipe(upTo(1000), v.minValue(2)) }),
  v.check(({ from, to }) => from < to, 'from < to'),
);

/** Of what the panel asks about one parameter. */
const readingGuards: Guards<HostReadings> = {
  chain: guard(v.object({ ...about, paths: upTo(10_000) })),
  contributions: guard(v.object({ revision: count, parameter, routes: v.pipe(v.array(route), v.maxLength(100)) })),
  recursions: guard(
    v.object({
      revision: count,
      sample: positive,
      nodes: v.pipe(v.array(node), v.maxLength(1000)),
      limit: upTo(1000),
    }),
  ),
  layerWindow: guard(
    v.object({
      revision: count,
      window: v.object({ layer: positive, samples: stretch, rows: stretch, columns: stretch }),
    }),
  ),
  nudge: guard(v.object({ ...about, step: finite })),
  slice: guard(v.object({ ...about, range })),
  descend: guard(v.object({ ...about, learningRate: finite })),
  stepCurve: guard(v.object({ ...about, gradient: finite })),
  copyDerivation: guard(v.object({ ...about, format: v.picklist(['latex', 'markdown', 'text']) })),
  saveDerivation: guard(v.object(about)),
};

/** Every argument that the panel may send, checked before the host looks at it. */
export const hostGuards: Guards<HostApi> = {
  ready: guard(nothing),
  select: guard(v.nullable(parameter)),
  selectSample: guard(sample),
  reveal: guard(parameter),
  ...readingGuards,
  rows: guard(v.object({ revision: count, first: positive, count: v.pipe(positive, v.maxValue(10_000)) })),
  predictions: guard(v.object({ revision: count, rows: v.pipe(count, v.maxValue(10_000)) })),
  check: guard(v.object({ revision: count, sample, against: v.picklist(['differences', 'dual']) })),
  stopCheck: guard(nothing),
  endExercise: guard(nothing),
  train: guard(nothing),
  pauseTraining: guard(nothing),
  resumeTraining: guard(nothing),
  cancelTraining: guard(nothing),
  stepTraining: guard(v.picklist(['epoch', 'batch'])),
  setLearningRate: guard(v.pipe(v.number(), v.finite(), v.gtValue(0))),
  lookAt: guard(v.nullable(epoch)),
  thetaAt: guard(epoch),
  reset: guard(v.picklist(['file', 'random'])),
  writeWeights: guard(nothing),
  saveChart: guard(v.object({ kind: v.picklist(['png', 'svg']), bytes: v.instance(Uint8Array) })),
  saveHistory: guard(nothing),
  showProblems: guard(nothing),
  showTrained: guard(nothing),
};

function guard<const S extends v.GenericSchema>(schema: S): (argument: unknown) => v.InferOutput<S> {
  return (argument) => v.parse(schema, argument);
}
