import { useMemo, useRef, useState } from 'preact/hooks';
import { classOf } from '../../src/core/classes';
import { outputsAt } from '../../src/core/predictions';
import { runToEnd } from '../../src/core/check/steps';
import { css, type Rgb, useColours } from '../color';
import { SHORT, show, showCount } from '../names';
import { classColour, className, classShape, outputCount, outputName } from './classes';
import { zeroLines } from './contour';
import { useSize } from '../graph/useSize';
import { equalScales, stretchOf } from './domain';
import { type Dot, eachRow } from './dots';
import type { Lattice } from './lattice';
import { LatticeTable } from './latticeTable';
import { PredictionsLegend } from './legend';
import { type Frame, insideOf, Plot, type Pointed } from './plot';
import type { PredictionPictureProps } from './pictures';
import { PointedWords } from './pointedWords';
import { type Shades, shadesOf } from './shades';
import { useLattice } from './useLattice';

/** Places along a side: while θ changes, and at rest. */
const PLACES = [100, 180] as const;

/** The outputs over the plane of two inputs, with the samples on it. */
export function PlaneView({
  model,
  values,
  predictions,
  drawn,
  asTable,
  bar,
  room,
  selected,
  onSelect,
}: PredictionPictureProps) {
  const { network } = model;
  const colours = useColours();
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const outer = useSize(frame).width;
  const inside = insideOf(outer, room);
  const [across, up] = equalScales(
    stretchOf(model, predictions, 1),
    stretchOf(model, predictions, 2),
    inside.width > 0 ? inside.width / inside.height : 1,
  );
  const lattice = useLattice(network, values.theta, [across, up], PLACES);
  const units = outputCount(model);
  const { classes } = predictions;
  const shades = useMemo(() => {
    const targets = [predictions.training, predictions.validation].flatMap((set) => (set ? [set.rows.targets] : []));
    return shadesOf(model, predictions, drawn, { lattice, targets }, colours);
  }, [model, predictions, drawn, lattice, colours]);
  const picture = useMemo(() => pictureOf(lattice, shades, units), [lattice, shades]);
  const borders = useMemo(() => bordersOf(lattice, shades, units), [lattice, shades]);
  const dots = eachRow(predictions, (rows, at, heldOut): Dot => {
    const target = classOf(rows.targets, at * units, units);
    return {
      x: across.written(rows.inputs[2 * at] ?? NaN),
      y: up.written(rows.inputs[2 * at + 1] ?? NaN),
      colour: css(classes === null ? shades.colour(rows.targets, at * units) : colours(classColour(model, target))),
      shape: classes === null ? 'circle' : classShape(target),
      heldOut,
      edged: classes === null,
      wrong: classes !== null && classOf(rows.outputs, at * units, units) !== target,
      sample: rows.samples[at] ?? 0,
    };
  });
  const chosen = selected && {
    x: across.written(selected.inputs[0] ?? NaN),
    y: up.written(selected.inputs[1] ?? NaN),
  };
  const outputsOf = (x: number, y: number): Float64Array =>
    runToEnd(outputsAt(network, values.theta, Float64Array.of(across.seen(x), up.seen(y))));

  const wordsOf = (outputs: Float64Array): string =>
    classes !== null && drawn === 0 && units > 1
      ? className(model, classOf(outputs, 0, units))
      : show(outputs[Math.max(1, drawn) - 1], SHORT);
  if (asTable) {
    return (
      <>
        {bar(null)}
        <LatticeTable
          caption={`${whatIsDrawn(model, classes, drawn)} over ${across.name} (columns) and ${up.name} (rows)`}
          columns={across}
          rows={up}
          cell={(x, y) => wordsOf(outputsOf(x, y))}
        />
      </>
    );
  }
  const wrong = dots.filter((dot) => dot.wrong).length;
  return (
    <>
      {bar(
        <PointedWords
          {...{ model, predictions, pointed }}
          place={pointed && `${across.name} ${show(pointed.x, SHORT)} · ${up.name} ${show(pointed.y, SHORT)}`}
          outputs={pointed && outputsOf(pointed.x, pointed.y)}
        />,
      )}
      <div ref={frame} />
      <Plot
        label={
          `${whatIsDrawn(model, classes, drawn)} over ${across.name} and ${up.name}, with ${showCount(dots.length)} samples` +
          `${classes === null ? '' : `, ${showCount(wrong)} of them misclassified`}. “Show as table” has its numbers.`
        }
        x={{ name: across.name, from: across.written(across.from), to: across.written(across.to) }}
        y={{ name: up.name, from: up.written(up.from), to: up.written(up.to) }}
        {...{ dots, chosen, colours, onSelect, room }}
        paint={(context, frame) => {
          paintPlane(context, frame, {
            picture,
            borders,
            side: lattice.side,
            line: css(colours('--fg')),
            halo: css(colours('--bg')),
          });
        }}
        onPoint={setPointed}
      />
      <PredictionsLegend {...{ model, predictions, drawn }} ramp={shades.ramp} lines={[]} />
    </>
  );
}

/** “The class”, or the output that is drawn. */
function whatIsDrawn(model: PredictionPictureProps['model'], classes: number | null, drawn: number): string {
  if (classes !== null && drawn === 0 && outputCount(model) > 1) return 'Predicted class';
  return `Output ${outputName(model, Math.max(1, drawn))}`;
}

/** One pixel a place, the least x₂ at the bottom. */
function pictureOf({ side, outputs }: Lattice, shades: Shades, units: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  const pixels = new ImageData(side, side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const rgb: Rgb = shades.colour(outputs, ((side - 1 - row) * side + column) * units);
      pixels.data.set([...rgb, 255], (row * side + column) * 4);
    }
  }
  context?.putImageData(pixels, 0, 0);
  return canvas;
}

function bordersOf({ side, outputs }: Lattice, { borders }: Shades, units: number): number[][] {
  const ahead = new Float64Array(side * side);
  return borders.map((border) => {
    for (let place = 0; place < ahead.length; place++) ahead[place] = border(outputs, place * units);
    return zeroLines(ahead, side);
  });
}

interface Painted {
  readonly picture: OffscreenCanvas;
  readonly borders: readonly (readonly number[])[];
  readonly side: number;
  readonly line: string;
  readonly halo: string;
}

function paintPlane(
  context: CanvasRenderingContext2D,
  { width, height }: Frame,
  { picture, borders, side, line, halo }: Painted,
): void {
  // The places are the middles of cells, with one cell more beyond each end.
  const [cellX, cellY] = [width / (side - 2), height / (side - 2)];
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, -cellX, -cellY, width + 2 * cellX, height + 2 * cellY);
  context.lineCap = 'round';
  context.beginPath();
  for (const pieces of borders) {
    for (let k = 0; k + 3 < pieces.length; k += 4) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = pieces.slice(k, k + 4);
      context.moveTo((x1 - 0.5) * cellX, height - (y1 - 0.5) * cellY);
      context.lineTo((x2 - 0.5) * cellX, height - (y2 - 0.5) * cellY);
    }
  }
  for (const [style, thickness] of [
    [halo, 3.5],
    [line, 1.5],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = thickness;
    context.stroke();
  }
}
