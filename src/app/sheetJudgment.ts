/** The judge of a sheet at once. The extension host has the worker do it, and is spared the search for mistakes. */

import { type SheetJudgment, judgeSheet } from '../core/exercise/judge';
import { type SheetFile, answersIn, askedSheet } from './sheet';

/** The judgment of all answers of a file that asks for more than ∂J/∂θ at their digits; undefined where it does not. */
export function judgmentOf(file: SheetFile): SheetJudgment | undefined {
  const sheet = askedSheet(file);
  return sheet && judgeSheet(sheet, answersIn(file));
}
