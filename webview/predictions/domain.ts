import type { Predictions } from '../../src/core/predictions';
import type { ModelSlice } from '../../src/protocol';
import { inputName } from '../names';

/** A stretch of an input: as the network sees it, and as the file writes it. */
export interface InputInterval {
  readonly name: string;
  /** In the network's numbers, which are standardised where the file asks for it. */
  readonly from: number;
  readonly to: number;
  /** From the network's number to the file's, and back. */
  readonly written: (value: number) => number;
  readonly seen: (value: number) => number;
}

/** Room beside the outermost samples, as a share of their stretch. */
const ROOM = 0.12;

/** Where input `unit`, 1 or 2, is drawn: over the samples of both sets with some room around them. */
export function stretchOf(model: ModelSlice, { training, validation }: Predictions, unit: number): InputInterval {
  const ranges = [training, ...(validation ? [validation] : [])].map(({ inputRanges }) => inputRanges);
  const [from, to] = roomy(
    Math.min(...ranges.map((range) => range[2 * unit - 2] ?? NaN)),
    Math.max(...ranges.map((range) => range[2 * unit - 1] ?? NaN)),
  );
  const mean = model.standardization?.mean[unit - 1] ?? 0;
  const deviation = model.standardization?.deviation[unit - 1] ?? 1;
  return {
    name: inputName(model, unit),
    from,
    to,
    written: (value) => value * deviation + mean,
    seen: (value) => (value - mean) / deviation,
  };
}

/** Ranges that differ by more than this factor are not of the same kind of number: equal scales would leave a thin strip. */
const ALIKE = 4;

/** The two stretches with the shorter one made longer, so that a unit of the file's numbers is as long across as up. */
export function equalScales(
  across: InputInterval,
  up: InputInterval,
  aspect: number,
): readonly [InputInterval, InputInterval] {
  const lengthOf = ({ written, from, to }: InputInterval): number => Math.abs(written(to) - written(from));
  const [width, height] = [lengthOf(across), lengthOf(up)];
  if (!(Math.max(width, height) < ALIKE * Math.min(width, height))) return [across, up];
  const unit = Math.max(width / aspect, height);
  return [longer(across, (unit * aspect) / width), longer(up, unit / height)];
}

function longer(stretch: InputInterval, factor: number): InputInterval {
  const by = ((factor - 1) / 2) * (stretch.to - stretch.from);
  return { ...stretch, from: stretch.from - by, to: stretch.to + by };
}

/** The stretch with room at both ends; around one value alone, one to either side or its own size. */
export function roomy(least: number, greatest: number, room = ROOM): readonly [number, number] {
  if (!Number.isFinite(least) || !Number.isFinite(greatest)) return [-1, 1];
  const by = greatest > least ? (greatest - least) * room : Math.max(1, Math.abs(least));
  return [least - by, greatest + by];
}
