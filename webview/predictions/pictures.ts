import type { ComponentChildren } from 'preact';
import type { JSX } from 'preact/jsx-runtime';
import type { Predictions } from '../../src/core/predictions';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import type { Dot } from './dots';
import type { Drawn } from './shades';

/** The sample that is shown everywhere. */
export interface SelectedSample {
  readonly inputs: Float64Array;
  /** Undefined until they are known. */
  readonly targets: Float64Array | undefined;
  readonly outputs: Float64Array;
}

/** What each kind of picture is drawn from. */
export interface PredictionPictureProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice;
  readonly predictions: Predictions;
  readonly drawn: Drawn;
  readonly asTable: boolean;
  /** Pixels from the top of the view to its bottom: a picture does not ask for more. */
  readonly room: number;
  /** The line above the picture: what there is to choose, with these words between. */
  readonly bar: (words: ComponentChildren) => JSX.Element;
  readonly selected: SelectedSample | null;
  readonly onSelect: (row: Pick<Dot, 'heldOut' | 'sample'>) => void;
}
