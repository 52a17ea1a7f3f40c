/** A sheet for each student: other numbers, the same questions, and a key. */

import { DEFAULTS, type Exercise, type Varied } from '../../core/exercise/exercise';
import type { Question, Sheet } from '../../core/exercise/judge';
import { type SheetValues, exactAnswer, sheetValues } from '../../core/exercise/values';
import { type SheetFile, sheetOf } from '../sheet';
import { fingerprintOf } from './fingerprint';
import { type Json, type JsonObject, isObject, sheetText } from './sheetText';
import { VariantDrawer } from './variant';

/** What one student gets, and what the teacher keeps. */
export interface Assigned {
  readonly student: string;
  /** The sheet with every answer open. */
  readonly text: string;
  /** The same with every answer right. */
  readonly key: string;
  /** Mistakes that yield an answer's value all the same; empty as a rule. */
  readonly alike: readonly string[];
}

/** Why a sheet cannot be assigned. */
export class NotAssignable extends Error {}

/** Assigns one sheet to any number of students. */
export class Assigner {
  readonly sheet: Sheet;
  /** The teacher's own, as it is where it is handed out without being assigned. */
  readonly own: Sheet;
  private readonly json: JsonObject;
  private readonly drawer: VariantDrawer;

  /**
   * A file without `exercise` asks what its `claimedGradients` have a place for, or every ∂J/∂θ. Throws `NotAssignable` where it
   * has no data, or cannot be varied as it asks.
   */
  constructor(text: string, file: SheetFile) {
    const samples = file.data?.training;
    if (!samples) throw new NotAssignable('it has no "data", so there is nothing to compute');
    const json = JSON.parse(text.replace(/^\ufeff/, '')) as Json;
    if (!isObject(json)) throw new NotAssignable('it is not an object');
    this.json = json;
    const sheet = sheetOf({ ...file, exercise: file.exercise ?? DEFAULTS }, samples);
    this.own = sheetOf(file, samples);
    this.sheet = { ...sheet, exercise: { ...sheet.exercise, vary: variedIn(json, sheet.exercise) } };
    this.drawer = new VariantDrawer(this.sheet);
  }

  /** Paths that the sheet's text names, from its own folder: data and tensors that each student's sheet needs beside it. */
  get beside(): readonly string[] {
    const paths = new Set<string>();
    const collect = (value: Json): void => {
      if (Array.isArray(value)) (value as readonly Json[]).forEach(collect);
      else if (isObject(value)) {
        if (typeof value.file === 'string') paths.add(value.file);
        Object.values(value).forEach(collect);
      }
    };
    const { layers, data } = this.json;
    // Drawn weights are written out.
    if (layers !== undefined && !this.sheet.exercise.vary.includes('weights')) collect(layers);
    if (data !== undefined) collect(data);
    return [...paths];
  }

  /** The key of the teacher's own sheet. */
  get ownKey(): string {
    return this.write(this.sheet, undefined, valuesOf(this.sheet));
  }

  /** False where every student's sheet has the same numbers. */
  get varies(): boolean {
    return this.sheet.exercise.vary.length > 0;
  }

  /** The sheet of a student, with that one's numbers. */
  sheetOf(student: string): Sheet {
    return this.drawer.withNumbers(this.drawer.draw(student));
  }

  assign(student: string): Assigned {
    const { alike, ...numbers } = this.drawer.draw(student);
    const sheet = this.drawer.withNumbers(numbers);
    const values = valuesOf(sheet);
    return { student, alike, text: this.write(sheet, student), key: this.write(sheet, student, values) };
  }

  private write(sheet: Sheet, student: string | undefined, values?: SheetValues): string {
    const writes = (what: Varied): boolean => student !== undefined && sheet.exercise.vary.includes(what);
    return sheetText(this.json, sheet, {
      student,
      fingerprint: fingerprintOf(sheet),
      writes: { weights: writes('weights'), inputs: writes('inputs'), targets: writes('targets') },
      ...(values && { answer: (question: Question) => exactAnswer(sheet.network, values, question) }),
    });
  }
}

function valuesOf({ network, samples }: Sheet): SheetValues {
  return sheetValues({ network, theta: network.theta, samples });
}

/** What of `vary` the sheet's text can have: data of a file stay as they are, and so do data that are encoded or split. */
function variedIn({ data, exercise }: JsonObject, { vary }: Exercise): readonly Varied[] {
  const isInline = isObject(data) && Array.isArray(data.inputs) && data.file === undefined;
  const isPlain = isInline && data.standardize !== true && (data.validation ?? 0) === 0;
  const hasClasses = isObject(data) && data.targetEncoding === 'oneHot';
  const can = vary.filter((what) => what === 'weights' || (isPlain && !(what === 'targets' && hasClasses)));
  const said = isObject(exercise) && exercise.vary !== undefined;
  const missing = vary.filter((what) => !can.includes(what));
  if (said && missing.length > 0)
    throw new NotAssignable(
      `"vary" asks for other ${missing.join(' and ')}, but these can only be drawn where "data" has them written out, without "standardize", "validation" and "oneHot"`,
    );
  return can;
}
