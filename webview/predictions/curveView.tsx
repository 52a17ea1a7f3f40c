import { useState } from 'preact/hooks';
import { classOf } from '../../src/core/classes';
import { outputsAt } from '../../src/core/predictions';
import { runToEnd } from '../../src/core/check/steps';
import { css, useColours } from '../color';
import { SHORT, show, showCount } from '../names';
import { classColour, classShape, outputCount, outputName } from './classes';
import { roomy, stretchOf } from './domain';
import { type Dot, eachRow } from './dots';
import type { Lattice } from './lattice';
import { latticeInputs } from './lattice';
import { PredictionsLegend } from './legend';
import { placesOf } from './latticeTable';
import { type Frame, Plot, type Pointed } from './plot';
import type { PredictionPictureProps } from './pictures';
import { PointedWords } from './pointedWords';
import { useLattice } from './useLattice';

/** Places along the input: while θ changes, and at rest. */
const PLACES = [320, 640] as const;
/** Outputs that are drawn together. */
const MOST = 12;

/** Each output over the one input, with the samples' targets. */
export function CurveView({
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
  const across = stretchOf(model, predictions, 1);
  const lattice = useLattice(network, values.theta, [across], PLACES);
  const units = outputCount(model);
  const { classes } = predictions;
  const shown = drawn === 0 ? Array.from({ length: Math.min(MOST, units) }, (_, k) => k) : [drawn - 1];
  const colourOfOutput = (k: number): string => (units === 1 ? '--blue' : classColour(model, k));
  const dots = eachRow(predictions, (rows, at, heldOut) =>
    shown.map((k): Dot | null => {
      const y = rows.targets[at * units + k] ?? NaN;
      const target = classOf(rows.targets, at * units, units);
      // Of all the outputs of a class the one that is 1 says which it is.
      if (classes !== null && shown.length > 1 && k !== target) return null;
      return {
        x: across.written(rows.inputs[at] ?? NaN),
        y,
        colour: css(colours(classes !== null ? classColour(model, target) : colourOfOutput(k))),
        shape: classes === null ? 'circle' : classShape(target),
        heldOut,
        edged: false,
        wrong: classes !== null && classOf(rows.outputs, at * units, units) !== target,
        sample: rows.samples[at] ?? 0,
      };
    }),
  )
    .flat()
    .filter((dot) => dot !== null);
  const [low, high] = endsOf(lattice, units, shown, dots);
  const outputsOf = (x: number): Float64Array =>
    runToEnd(outputsAt(network, values.theta, Float64Array.of(across.seen(x))));
  if (asTable) {
    return (
      <>
        {bar(null)}
        <CurveTable {...{ model, across, shown, outputsOf }} />
      </>
    );
  }
  const [first = 0] = shown;
  const chosen = selected && {
    x: across.written(selected.inputs[0] ?? NaN),
    y: selected.targets?.[classes !== null ? classOf(selected.targets, 0, units) : first] ?? NaN,
  };
  return (
    <>
      {bar(
        <PointedWords
          {...{ model, predictions, pointed }}
          place={pointed && `${across.name} ${show(pointed.x, SHORT)}`}
          outputs={pointed && outputsOf(pointed.x)}
        />,
      )}
      <Plot
        label={
          `${shown.map((k) => outputName(model, k + 1)).join(', ')} over ${across.name}, with ${showCount(dots.length)} targets. ` +
          '“Show as table” has the numbers.'
        }
        x={{ name: across.name, from: across.written(across.from), to: across.written(across.to) }}
        y={{ name: shown.length === 1 ? outputName(model, first + 1) : 'outputs', from: low, to: high }}
        {...{ dots, colours, onSelect, chosen: chosen && Number.isFinite(chosen.y) ? chosen : null, room }}
        paint={(context, frame) => {
          if (classes !== null) paintBorders(context, frame, bordersOf(lattice, units), css(colours('--muted')));
          for (const k of shown) {
            context.strokeStyle = css(colours(colourOfOutput(k)));
            context.lineWidth = 2;
            context.stroke(curveOf(lattice, [across.from, across.to], across.written, frame, units, k));
          }
        }}
        onPoint={setPointed}
      />
      <PredictionsLegend
        {...{ model, predictions, drawn }}
        ramp={null}
        lines={shown.map((k) => ({ name: outputName(model, k + 1), colour: colourOfOutput(k) }))}
      />
    </>
  );
}

/** The stretch of outputs and targets that are in sight. */
function endsOf(
  { outputs }: Lattice,
  units: number,
  shown: readonly number[],
  dots: readonly Dot[],
): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  const take = (value: number): void => {
    if (!Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const k of shown) for (let at = k; at < outputs.length; at += units) take(outputs[at] ?? NaN);
  for (const { y } of dots) take(y);
  return roomy(low, high, 0.08);
}

/** Places, in parts of a cell, between which another class begins. */
function bordersOf({ side, outputs }: Lattice, units: number): { readonly at: number; readonly of: number }[] {
  const classAt = (place: number): number => classOf(outputs, place * units, units);
  return Array.from({ length: side - 1 }, (_, place) => place)
    .filter((place) => classAt(place) !== classAt(place + 1))
    .map((place) => ({ at: place, of: side - 2 }));
}

function paintBorders(
  context: CanvasRenderingContext2D,
  { width, height }: Frame,
  borders: ReturnType<typeof bordersOf>,
  colour: string,
): void {
  context.save();
  context.setLineDash([4, 4]);
  context.strokeStyle = colour;
  for (const { at, of } of borders) {
    context.beginPath();
    // Places are the middles of cells, the first of them before the beginning.
    context.moveTo((at / of) * width, 0);
    context.lineTo((at / of) * width, height);
    context.stroke();
  }
  context.restore();
}

function curveOf(
  { side, outputs }: Lattice,
  ends: readonly [number, number],
  written: (value: number) => number,
  frame: Frame,
  units: number,
  k: number,
): Path2D {
  const path = new Path2D();
  let drawing = false;
  for (const [place, input] of latticeInputs([ends], side).entries()) {
    const output = outputs[place * units + k] ?? NaN;
    const at = [frame.x(written(input)), frame.y(output)] as const;
    if (Number.isFinite(output)) {
      if (drawing) path.lineTo(...at);
      else path.moveTo(...at);
    }
    drawing = Number.isFinite(output);
  }
  return path;
}

interface CurveTableProps {
  readonly model: PredictionPictureProps['model'];
  readonly across: ReturnType<typeof stretchOf>;
  readonly shown: readonly number[];
  readonly outputsOf: (x: number) => Float64Array;
}

function CurveTable({ model, across, shown, outputsOf }: CurveTableProps) {
  return (
    <div class="lattice-table">
      <table>
        <caption>Outputs over {across.name}</caption>
        <thead>
          <tr>
            <th scope="col">{across.name}</th>
            {shown.map((k) => (
              <th key={k} scope="col">
                {outputName(model, k + 1)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {placesOf(across, 13).map((x) => {
            const outputs = outputsOf(x);
            return (
              <tr key={x}>
                <th scope="row" class="numeric">
                  {show(x, SHORT)}
                </th>
                {shown.map((k) => (
                  <td key={k} class="numeric">
                    {show(outputs[k], SHORT)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
