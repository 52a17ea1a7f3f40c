import * as v from 'valibot';
import type { Guards } from '../channel';
import {
  ACTIVATIONS,
  LOSSES,
  OPTIMIZERS,
  type ActivationName,
  type LossName,
  type OptimizerName,
} from '../core/functions';
import type { HostApi } from '../protocol';
import { READING_NAMES, READING_SCHEMAS, SUBJECTS, type PanelReadings } from '../readings';

const { count, positive, finite, parameter, sample } = SUBJECTS;
const epoch = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const nothing = v.undefined();
const layer = positive;
const activation = v.picklist(Object.keys(ACTIVATIONS) as ActivationName[]);

/** Every change of a text that the doctor may propose. */
const change = v.variant('key', [
  v.object({ key: v.picklist(['learningRate', 'epochs', 'seed']), value: finite }),
  v.object({
    key: v.literal('optimizer'),
    type: v.picklist(Object.keys(OPTIMIZERS) as OptimizerName[]),
    learningRate: finite,
  }),
  v.object({ key: v.literal('batchSize'), value: v.union([positive, v.literal('full')]) }),
  v.object({ key: v.literal('loss'), value: v.picklist(Object.keys(LOSSES) as LossName[]) }),
  v.object({ key: v.literal('regularization'), l1: finite, l2: finite }),
  v.object({ key: v.literal('activation'), layer, value: activation }),
  v.object({ key: v.picklist(['initialWeights', 'unfreeze']), layer }),
  v.object({ key: v.literal('leaveOut'), of: v.picklist(['schedule', 'stop']) }),
  v.object({ key: v.literal('units'), layer, value: positive }),
  v.object({ key: v.literal('hiddenLayer'), units: positive, activation }),
  v.object({ key: v.picklist(['standardize', 'scaleTargets']) }),
]);

const subject = v.object({ revision: count, parameter, sample });

const readingGuards = Object.fromEntries(
  Object.entries(READING_SCHEMAS).map(([name, schema]) => [name, guard(schema)]),
) as unknown as Guards<PanelReadings>;

/** Every argument that the panel may send, checked before the host looks at it. */
export const hostGuards: Guards<HostApi> = {
  ready: guard(nothing),
  select: guard(v.nullable(parameter)),
  selectSample: guard(sample),
  reveal: guard(parameter),
  ...readingGuards,
  copyDerivation: guard(v.object({ ...subject.entries, format: v.picklist(['latex', 'markdown', 'text']) })),
  saveDerivation: guard(subject),
  leave: guard(v.picklist(READING_NAMES)),
  check: guard(v.object({ revision: count, sample, against: v.picklist(['differences', 'dual']) })),
  stopCheck: guard(nothing),
  startExercise: guard(nothing),
  judgeGradients: guard(nothing),
  endExercise: guard(nothing),
  train: guard(nothing),
  pauseTraining: guard(nothing),
  resumeTraining: guard(nothing),
  cancelTraining: guard(nothing),
  stepTraining: guard(v.picklist(['epoch', 'batch'])),
  setLearningRate: guard(v.pipe(v.number(), v.finite(), v.gtValue(0))),
  lookAt: guard(v.nullable(epoch)),
  thetaAt: guard(epoch),
  weightsInto: guard(v.object({ revision: count, units: v.pipe(v.array(positive), v.maxLength(1000), v.readonly()) })),
  reset: guard(v.picklist(['file', 'random'])),
  moveTo: guard(v.object({ revision: count, theta: v.instance(Float64Array) })),
  writeWeights: guard(nothing),
  applyRemedy: guard(v.pipe(v.array(change), v.maxLength(200), v.readonly())),
  savePicture: guard(
    v.object({
      of: v.pipe(v.string(), v.regex(/^[a-z-]{1,20}$/)),
      kind: v.picklist(['png', 'svg', 'csv']),
      bytes: v.instance(Uint8Array),
    }),
  ),
  saveHistory: guard(nothing),
  showProblems: guard(nothing),
  compareWith: guard(nothing),
  endComparison: guard(nothing),
  showTrained: guard(nothing),
};

function guard<const S extends v.GenericSchema>(schema: S): (argument: unknown) => v.InferOutput<S> {
  return (argument) => v.parse(schema, argument);
}
