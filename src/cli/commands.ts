/** Every command, one file each, in the order of the help text. */

import { assign } from './assign';
import { chain } from './chain';
import { check } from './check';
import type { Command } from './command';
import { curvature } from './curvature';
import { diagnose } from './diagnose';
import { diff } from './diff';
import { exportNetwork } from './export';
import { grade } from './grade';
import { gradients } from './gradients';
import { importModel } from './import';
import { mcp } from './mcp';
import { pythonHelper } from './pythonHelper';
import { train } from './train';
import { validate } from './validate';

export const COMMANDS: Readonly<Record<string, Command>> = {
  validate,
  gradients,
  chain,
  check,
  train,
  diagnose,
  curvature,
  diff,
  import: importModel,
  export: exportNetwork,
  assign,
  grade,
  'python-helper': pythonHelper,
  mcp,
};
