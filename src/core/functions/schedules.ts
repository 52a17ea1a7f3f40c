/** THE table of schedules: η of each epoch t (from 0) by the file's η, each as PyTorch's scheduler of one step an epoch has it. */

import { type ConstantRow, pythonNumber } from './rows';

/** The numbers that a file may set beside the schedule's name; each row says which of them are its own. */
export interface ScheduleConstants {
  readonly stepSize?: number;
  readonly gamma?: number;
  readonly epochs?: number;
  readonly etaMin?: number;
  readonly startFactor?: number;
}

type ScheduleConstant = ConstantRow<keyof ScheduleConstants>;
type Settings = Readonly<Record<keyof ScheduleConstants, number>>;

export interface ScheduleRow {
  /** η of epoch t in symbols. */
  readonly formula: string;
  readonly constants: readonly ScheduleConstant[];
  /** η of the epoch that follows `epoch` complete ones. */
  rate(epoch: number, learningRate: number, settings: Settings): number;
  /** The scheduler of `optimizer` in PyTorch. */
  pytorch(constants: Readonly<Record<string, string>>): string;
}

const gammaOf = (value: number, meaning: string): ScheduleConstant => ({
  key: 'gamma',
  symbol: 'γ',
  default: value,
  range: 'positive',
  meaning,
});
const epochsOf = (value: number, meaning: string): ScheduleConstant => ({
  key: 'epochs',
  symbol: 'T',
  default: value,
  range: 'count',
  meaning,
});

const ROWS = {
  step: {
    formula: 'ηₜ = η γ^⌊t/s⌋',
    constants: [
      { key: 'stepSize', symbol: 's', default: 10, range: 'count', meaning: 'the epochs between two drops' },
      gammaOf(0.1, 'γ, the factor of each drop'),
    ],
    rate: (epoch, learningRate, { stepSize, gamma }) => learningRate * gamma ** Math.floor(epoch / stepSize),
    pytorch: ({ stepSize = '', gamma = '' }) => `StepLR(optimizer, step_size=int(${stepSize}), gamma=${gamma})`,
  },
  exponential: {
    formula: 'ηₜ = η γᵗ',
    constants: [gammaOf(0.95, 'γ, the factor of each epoch')],
    rate: (epoch, learningRate, { gamma }) => learningRate * gamma ** epoch,
    pytorch: ({ gamma = '' }) => `ExponentialLR(optimizer, gamma=${gamma})`,
  },
  inverseTime: {
    formula: 'ηₜ = η / (1 + γt)',
    constants: [gammaOf(0.01, 'γ, how fast η falls')],
    rate: (epoch, learningRate, { gamma }) => learningRate / (1 + gamma * epoch),
    pytorch: ({ gamma = '' }) => `LambdaLR(optimizer, lambda epoch: 1 / (1 + ${gamma} * epoch))`,
  },
  cosine: {
    formula: 'ηₜ = ηmin + ½ (η − ηmin) (1 + cos(πt/T))',
    constants: [
      epochsOf(1000, 'T, the epochs until η is at its lowest'),
      { key: 'etaMin', symbol: 'ηmin', default: 0, range: 'notNegative', meaning: 'the lowest η' },
    ],
    rate: (epoch, learningRate, { epochs, etaMin }) =>
      etaMin + 0.5 * (learningRate - etaMin) * (1 + Math.cos((Math.PI * epoch) / epochs)),
    pytorch: ({ epochs = '', etaMin = '' }) => `CosineAnnealingLR(optimizer, T_max=int(${epochs}), eta_min=${etaMin})`,
  },
  warmup: {
    formula: 'ηₜ = η (f + (1 − f) min(t, T)/T)',
    constants: [
      epochsOf(5, 'T, the epochs until η is the whole one'),
      {
        key: 'startFactor',
        symbol: 'f',
        default: 1 / 3,
        range: 'positive',
        meaning: 'f, the part of η that the first epoch has',
      },
    ],
    rate: (epoch, learningRate, { epochs, startFactor }) =>
      learningRate * (startFactor + ((1 - startFactor) * Math.min(epoch, epochs)) / epochs),
    pytorch: ({ epochs = '', startFactor = '' }) =>
      `LinearLR(optimizer, start_factor=${startFactor}, total_iters=int(${epochs}))`,
  },
} as const satisfies Readonly<Record<string, ScheduleRow>>;

export type ScheduleName = keyof typeof ROWS;

export const SCHEDULES: Readonly<Record<ScheduleName, ScheduleRow>> = ROWS;

type Schedule = { readonly type: ScheduleName } & ScheduleConstants;

/** η of the epoch that follows `epoch` complete ones, `learningRate` being the optimizer's. */
export function scheduledRate(schedule: Schedule | undefined, epoch: number, learningRate: number): number {
  if (!schedule) return learningRate;
  const own = SCHEDULES[schedule.type].constants.map(({ key, default: value }) => [key, schedule[key] ?? value]);
  return SCHEDULES[schedule.type].rate(epoch, learningRate, Object.fromEntries(own) as Settings);
}

/** The scheduler of `optimizer` in PyTorch, whose `step` is called after each epoch. */
export function pytorchSchedule(schedule: Schedule): string {
  const row = SCHEDULES[schedule.type];
  const written = row.constants.map(({ key, default: value }) => [key, pythonNumber(schedule[key] ?? value)]);
  return `torch.optim.lr_scheduler.${row.pytorch(Object.fromEntries(written) as Record<string, string>)}`;
}
