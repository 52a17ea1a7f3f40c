/** THE table of mistakes, the simplest first: where several explain the same claims, the first is named. */

import type { MistakeRow } from '../row';
import { ACTIVATION_ROWS } from './activation';
import { BLOCK_ROWS } from './blocks';
import { FORWARD_ROWS } from './forward';
import { OUTPUT_ROWS } from './output';
import { PENALTY_ROWS } from './penalty';
import { SAMPLE_ROWS } from './samples';
import { WEIGHT_ROWS } from './weights';

export const MISTAKES: readonly MistakeRow[] = [
  ...BLOCK_ROWS,
  ...PENALTY_ROWS,
  ...SAMPLE_ROWS,
  ...ACTIVATION_ROWS,
  ...WEIGHT_ROWS,
  ...OUTPUT_ROWS,
  ...FORWARD_ROWS,
];
