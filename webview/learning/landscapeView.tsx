import { useMemo, useRef, useState } from 'preact/hooks';
import type { Axis, Plane, PlaneKind } from '../../src/core/landscape';
import { Button, Dropdown, IconButton, NumberField } from '../controls';
import { Empty } from '../empty';
import { useSize } from '../graph/useSize';
import { SHORT, show, showPercent } from '../names';
import { useHostState, usePanel, useView } from '../panel';
import { drawingOf } from '../savePicture/drawing';
import { Picture } from '../savePicture/picture';
import { PictureMenu } from '../savePicture/pictureMenu';
import { LandscapePlot } from './landscapePlot';
import type { LearningProps } from './learningView';
import { LinePlot } from './linePlot';
import { between, thetaAt, useLandscape, type Landscape } from './useLandscape';

const KINDS: readonly { readonly value: PlaneKind; readonly text: string }[] = [
  { value: 'path', text: 'The run’s principal directions' },
  { value: 'gradient', text: 'Gradient and top eigenvector' },
  { value: 'eigenvectors', text: 'Two top eigenvectors' },
  { value: 'random', text: 'Two random directions' },
];

/** A place of the landscape that θ was moved to. */
interface Moved {
  readonly theta: Float64Array;
  readonly place: readonly [number, number];
  /** What the picture was asked for: it stays. */
  readonly subject: string;
}

/** J over a plane of θ, as a map and along its two directions. */
export function LandscapeView({ model, values }: LearningProps) {
  const { host, view } = usePanel();
  const saved = useView((state) => state.plane);
  const status = useHostState(({ training }) => training.status);
  const hasRun = useHostState(({ history }) => (history?.series.length ?? 0) > 1);
  const known = KINDS.find(({ value }) => value === saved)?.value ?? 'path';
  const kind = known === 'path' && !hasRun ? 'gradient' : known;
  const [seed, setSeed] = useState(1);
  const [zoom, setZoom] = useState(0);
  const [moved, setMoved] = useState<Moved | null>(null);
  const drawing = useRef<SVGSVGElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const theta = values?.theta;
  const isMoved = useMemo(() => !!moved && !!theta && same(moved.theta, theta), [moved, theta]);
  const own = `${String(model.revision)} ${String(values?.revision ?? 0)}`;
  const base = isMoved && moved ? moved.subject : own;
  const isRunning = status === 'running';
  const subject = isRunning ? null : [base, kind, seed, zoom].join(' ');
  const { landscape, error, busy, cancel } = useLandscape(subject, { model, values }, { kind, seed, zoom });
  if (isRunning) return <Empty title="Training">Pause or stop training to see J around θ.</Empty>;

  const here = isMoved && moved ? moved.place : ([0, 0] as const);
  const move =
    landscape && status !== 'paused'
      ? (alpha: number, beta: number): void => {
          const to = thetaAt(landscape, alpha, beta);
          setMoved({ theta: to, place: [alpha, beta], subject: base });
          void host.moveTo({ revision: model.revision, theta: to });
        }
      : null;
  return (
    <section class="landscape picture" aria-label="Landscape">
      <div class="landscape-bar" role="group" aria-label="What the landscape shows">
        <Dropdown
          label="Plane"
          options={KINDS.filter(({ value }) => value !== 'path' || hasRun)}
          value={kind}
          opens="below"
          onChange={(chosen) => {
            const next = KINDS.find(({ value }) => value === chosen);
            if (next) view.set({ plane: next.value });
            setZoom(0);
          }}
        />
        {kind === 'random' && (
          <IconButton
            label="Other random directions"
            icon="dice"
            onClick={() => {
              setSeed(seed + 1);
            }}
          />
        )}
        <IconButton
          label="Zoom in"
          icon="plus"
          onClick={() => {
            setZoom(zoom - 1);
          }}
        />
        <IconButton
          label="Zoom out"
          icon="minus"
          onClick={() => {
            setZoom(zoom + 1);
          }}
        />
        {landscape?.grid && <SavePicture landscape={landscape} drawing={drawing} />}
        {busy && (
          <>
            <span class="muted" role="status">
              {landscape?.grid ? 'Refining…' : 'Computing…'}
            </span>
            <Button label="Cancel" onClick={cancel} />
          </>
        )}
      </div>
      <div ref={frame} />
      {error && <p class="hint">{error}</p>}
      {landscape && <Story plane={landscape.plane} />}
      {landscape?.grid && width > 0 && (
        <LandscapePlot
          {...{ landscape, here, width, drawing }}
          grid={landscape.grid}
          names={[nameOf(landscape.plane.across, 1), nameOf(landscape.plane.up, 2)]}
          onMove={move}
        />
      )}
      {landscape && move && landscape.plane.up.is !== 'none' && (
        <div class="landscape-bar" role="group" aria-label="Move θ">
          <span>θ + α d₁ + β d₂, α =</span>
          <NumberField
            label="α"
            value={here[0]}
            onChange={(alpha) => {
              move(alpha, here[1]);
            }}
          />
          <span>β =</span>
          <NumberField
            label="β"
            value={here[1]}
            onChange={(beta) => {
              move(here[0], beta);
            }}
          />
          {isMoved && (
            <>
              <Button
                label="Move back"
                onClick={() => {
                  move(0, 0);
                }}
              />
              <Button
                label="Center here"
                onClick={() => {
                  setMoved(null);
                }}
              />
            </>
          )}
          <span class="muted">
            {isMoved ? 'The panel shows the network there. The file is not changed.' : 'Click the map to move θ.'}
          </span>
        </div>
      )}
      {landscape?.lines && (
        <Picture of="directions" class="directions">
          <p class="legend-line" aria-hidden="true">
            <span class="key curve">{landscape.plane.up.is === 'none' ? 'J' : 'J along each direction'}</span>
            <span class="key parabola">J(θ) + slope · step + ½ curvature · step²</span>
          </p>
          <div class="line-plots">
            {([landscape.plane.across, landscape.plane.up] as const).map((axis, n) =>
              axis.is === 'none' ? null : (
                <LinePlot
                  key={n}
                  {...{ axis }}
                  line={landscape.lines?.[n] ?? { steps: new Float64Array(), losses: new Float64Array() }}
                  loss={landscape.plane.loss}
                  name={nameOf(axis, n + 1)}
                  letter={n === 0 ? 'α' : 'β'}
                />
              ),
            )}
          </div>
        </Picture>
      )}
    </section>
  );
}

/** What the picture shows, in a sentence. */
function Story({ plane }: { readonly plane: Plane }) {
  const { across, up, path, held } = plane;
  const bends = [across, up].filter(({ is }) => is === 'eigenvector').map(({ bend }) => bend);
  return (
    <p class="muted">
      {path.epochs.length > 1 &&
        `The line is the run’s path, projected onto this plane, which holds ${showPercent(held)} of it. `}
      {bends.length > 0 &&
        `J curves by ${bends.map((bend) => show(bend, SHORT)).join(' and ')} along the eigenvector${bends.length > 1 ? 's' : ''}. `}
      {across.is === 'random' && 'Each unit’s weights change by as much as they are long (filter normalization). '}
      {up.is === 'none' && 'The network has one parameter: there is no plane.'}
    </p>
  );
}

function nameOf({ is, bend }: Axis, number: number): string {
  switch (is) {
    case 'principal':
      return `${number === 1 ? '1st' : '2nd'} principal direction`;
    case 'descent':
      return 'along −∇J';
    case 'eigenvector':
      return `eigenvector, λ = ${show(bend, SHORT)}`;
    case 'random':
      return `random direction ${String(number)}`;
    case 'none':
      return 'none';
  }
}

interface SavePictureProps {
  readonly landscape: Landscape;
  readonly drawing: { readonly current: SVGSVGElement | null };
}

function SavePicture({ landscape, drawing }: SavePictureProps) {
  const { host } = usePanel();
  const saveNumbers = (): void => {
    const bytes = new TextEncoder().encode(csvOf(landscape));
    void host.savePicture({ of: 'landscape', kind: 'csv', bytes });
  };
  return (
    <PictureMenu
      of="landscape"
      draw={() => drawing.current && drawingOf(drawing.current)}
      more={{ text: 'Save all points (CSV)…', onChoose: saveNumbers }}
    />
  );
}

/** α, β and J of every place that was computed. */
function csvOf({ grid, window }: Landscape): string {
  const { side, values } = grid ?? { side: 0, values: new Float64Array() };
  const rows = Array.from(values, (loss, at) =>
    [
      between(window.across, (at % side) / (side - 1)),
      between(window.up, Math.floor(at / side) / (side - 1)),
      loss,
    ].join(),
  );
  return ['alpha,beta,J', ...rows, ''].join('\n');
}

function same(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, k) => Object.is(value, b[k]));
}
