/** What only a hand does: one claim explained by itself. */

import type { Network, Samples } from '../../network';
import type { Pausing } from '../../check/steps';
import type { Claim, ClaimDiagnosis } from '../claims';
import type { Location } from '../location';
import { derivativeName, numeral } from '../names';
import { precisionOf } from '../precision';
import { MISTAKES } from '../rows';
import { piecesOf } from './pieces';
import { type Findings, search } from './search';
import { type SlipCode, valueOf } from './slip';
import { WholeSlips } from './whole';

/** Why a claim is not right, in full and as a hint, and where that lies. */
export interface Explained {
  readonly diagnosis: ClaimDiagnosis;
  readonly hint: string;
  readonly mark: Location | null;
}

/** A nearest one that explains nothing is named only where it is as near as this. */
const NEAREST = 0.01;

export class HandSearch {
  private readonly whole: WholeSlips;

  constructor(
    private readonly network: Network,
    private readonly theta: Float64Array,
    private readonly samples: Samples,
    gradient: Float64Array,
    /** False for numbers that a program found, which does not round on the way. */
    private readonly rounds: boolean,
  ) {
    this.whole = new WholeSlips(network, theta, samples, gradient);
  }

  /** Explains a wrong claim by the simplest mistake that yields its value, if there is one that chance does not yield as well. */
  *explain({ parameter, value, text }: Claim, index: number): Pausing<Explained> {
    const { network, theta, samples, whole } = this;
    const name = derivativeName(network, parameter);
    const precision = precisionOf(text);
    if (precision.digits === 0 || !Number.isFinite(value)) {
      const zero = value === 0;
      const why =
        zero && parameter.from === 0 ? ': ∂z/∂θ₀ is 1, whatever the bias is, so that it is the mean of δ' : '';
      const message = `${name} is not ${text}${why}`;
      const code = zero ? 'zeros' : 'unexplained';
      return { diagnosis: { code, message, detail: {} }, hint: `${name} is not ${text}`, mark: null };
    }
    const pieces = yield* piecesOf(network, theta, samples, parameter);
    const penalty = whole.exact.penalty[index] ?? NaN;
    const subject = { network, parameter, pieces, penalty };
    const findings = yield* search(subject, whole, theta[index] ?? NaN, value, precision, this.rounds);
    const { slip, and } = findings.explanation ?? {};
    return {
      diagnosis: inWords(name, text, value, findings),
      hint: `${text} is not ${name}: ${hint(slip?.code ?? 'unexplained', and?.code)}`,
      mark: slip?.mark ?? and?.mark ?? null,
    };
  }
}

function inWords(name: string, text: string, value: number, { explanation, nearest }: Findings): ClaimDiagnosis {
  if (!explanation) {
    const near = nearest && Math.abs(valueOf(nearest) - value) <= NEAREST * Math.abs(value) ? nearest : undefined;
    const what = near ? `; the nearest is ${near.form} = ${numeral(valueOf(near))}` : '';
    const detail: ClaimDiagnosis['detail'] = near ? { nearest: valueOf(near), code: near.code } : {};
    return { code: 'unexplained', message: `${text} is not ${name}, and no known mistake explains it${what}`, detail };
  }
  const { slip, and, or } = explanation;
  if (and) {
    return {
      code: slip.code,
      message: `${text} is ${name} with two mistakes: ${slip.fault}, and ${and.fault}`,
      detail: { ...and.detail, ...slip.detail, and: and.code },
    };
  }
  const other = or ? `. It is also ${or.form}: ${or.fault}` : '';
  return {
    code: slip.code,
    message: `${text} is ${slip.form}: ${slip.fault}${other}`,
    detail: { ...slip.detail, ...(or && { or: or.code }) },
  };
}

/** Of what only a hand does; what a program does too has its hint in the table. */
const HINTS: Partial<Record<SlipCode, string>> = {
  'path-missing': 'a path to the loss is missing',
  'units-swapped': 'it is the derivative with respect to another parameter',
  'rounded-early': 'the method is right, but something was rounded too early',
  unexplained: 'no known mistake explains it',
};

/** The hint at a mistake, and at a second one that was made too. */
function hint(code: SlipCode, and?: SlipCode): string {
  return and ? `there are two mistakes: ${hintOf(code)}, and ${hintOf(and)}` : hintOf(code);
}

function hintOf(code: SlipCode): string {
  return HINTS[code] ?? MISTAKES.find((row) => row.code === code)?.hint ?? '';
}
