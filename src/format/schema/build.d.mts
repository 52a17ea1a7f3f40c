import type { ActivationRow, LossRow, OptimizerRow, ScheduleRow } from '../../core/functions';

/** The schema with what the tables say in its places. */
export function withTables(
  schema: object,
  tables: {
    readonly ACTIVATIONS: Readonly<Record<string, ActivationRow>>;
    readonly LOSSES: Readonly<Record<string, LossRow>>;
    readonly OPTIMIZERS: Readonly<Record<string, OptimizerRow>>;
    readonly SCHEDULES: Readonly<Record<string, ScheduleRow>>;
  },
): object;
