/** The derivative chain of a parameter, written out for the clipboard or a file. */

import { chainShape } from '../core/chain';
import { chainLatex, chainMarkdown, chainText } from '../core/chain/render';
import type { ParameterId } from '../core/network';
import type { DerivationFormat } from '../protocol';
import type { Session } from './session';
import type { RunState } from './training';

/** Paths that are written out: as many as the command line writes. */
const PATHS = 10;

interface FormatRow {
  readonly label: string;
  readonly extension: string;
  readonly detail: string;
  readonly write: typeof chainText;
}

export const DERIVATION_FORMATS: Readonly<Record<DerivationFormat, FormatRow>> = {
  latex: { label: 'LaTeX', extension: 'tex', detail: 'for an article with amsmath', write: chainLatex },
  markdown: { label: 'Markdown', extension: 'md', detail: 'tables', write: chainMarkdown },
  text: { label: 'Text', extension: 'txt', detail: 'Unicode, in columns', write: chainText },
};

export const DERIVATION_FORMAT_NAMES = Object.keys(DERIVATION_FORMATS) as readonly DerivationFormat[];

/** What a derivation is of. */
export interface DerivationSource {
  readonly view: RunState;
  readonly parameter: ParameterId;
  /** null: J over all samples. */
  readonly sample: number | null;
}

/** The chain as it is on the screen, with so many significant digits; in symbols where there are no numbers to show. */
export async function writeDerivation(
  { grading, compute }: Pick<Session, 'grading' | 'compute'>,
  { view, parameter, sample }: DerivationSource,
  format: DerivationFormat,
  digits: number,
): Promise<string> {
  const { model, theta } = view;
  const { network, data } = model;
  const { write } = DERIVATION_FORMATS[format];
  if (!data || grading.hidden)
    return write(network, chainShape(network, parameter, PATHS), { digits, samples: data?.training.count ?? 0 });
  const chain = await compute.on(model).chain({ theta, parameter, sample, paths: PATHS });
  return write(network, chain, { digits, samples: data.training.count, ...(sample !== null && { sample }) });
}
