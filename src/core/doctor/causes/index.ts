/** THE table of causes. */

import { CAPACITY } from './capacity';
import type { Cause } from './cause';
import { DATA } from './data';
import { DIVERGED } from './diverged';
import { OUTPUTS } from './outputs';
import { PENALTY, PLACES, SADDLE } from './places';
import { SCALES } from './scales';
import { LARGE_STEPS, NOISE, SMALL_STEPS } from './steps';
import { STRUCTURE } from './structure';
import { DEAD_UNITS, UNIT_CAUSES } from './units';

/** In the order in which they are looked for: what explains another comes first. */
export const CAUSES: readonly Cause[] = [
  ...STRUCTURE,
  ...DATA,
  ...OUTPUTS,
  PENALTY,
  DIVERGED,
  LARGE_STEPS,
  ...UNIT_CAUSES,
  ...SCALES,
  DEAD_UNITS,
  NOISE,
  SADDLE,
  SMALL_STEPS,
  CAPACITY,
  ...PLACES,
];
