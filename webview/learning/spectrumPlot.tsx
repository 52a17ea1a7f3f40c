import { useRef } from 'preact/hooks';
import { useSize } from '../graph/useSize';
import { SHORT, show, showCount } from '../names';
import { Picture } from '../savePicture/picture';

/** Below this part of the largest |λ| an eigenvalue counts as 0. */
export const FLAT = 1e-6;
const HEIGHT = 120;
const margin = { left: 62, right: 10, top: 8, bottom: 8 };

/** Every eigenvalue of the Hessian, ascending, on an axis that is logarithmic on either side of 0. */
export function SpectrumPlot({ spectrum }: { readonly spectrum: Float64Array }) {
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const size = spectrum.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const height = (value: number): number =>
    Math.abs(value) <= FLAT * size ? 0 : Math.sign(value) * (1 - Math.log(Math.abs(value) / size) / Math.log(FLAT));
  const lowest = Math.min(0, height(spectrum[0] ?? 0));
  const highest = Math.max(0, height(spectrum.at(-1) ?? 0));
  const y = (at: number): number =>
    margin.top + ((highest - at) / (highest - lowest || 1)) * (HEIGHT - margin.top - margin.bottom);
  const step = (width - margin.left - margin.right) / spectrum.length;
  const positive = spectrum.filter((value) => value > FLAT * size).length;
  const negative = spectrum.filter((value) => value < -FLAT * size).length;
  const flat = spectrum.length - positive - negative;
  const words = `${showCount(positive)} positive, ${showCount(negative)} negative, ${showCount(flat)} almost 0`;
  return (
    <Picture of="spectrum" class="spectrum" frame={frame}>
      <p class="spectrum-words">
        Eigenvalues of the Hessian: <span class="muted">{words}</span>
      </p>
      {width > 0 && size > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`${words}; from ${show(spectrum[0], SHORT)} to ${show(spectrum.at(-1), SHORT)}`}
        >
          <line class="axis" x1={margin.left} x2={width - margin.right} y1={y(0)} y2={y(0)} />
          {Array.from(spectrum, (value, k) => {
            const [from, to] = [y(0), y(height(value))];
            return (
              <rect
                key={k}
                class={value < 0 ? 'negative' : 'positive'}
                x={margin.left + k * step + Math.min(1, step / 6)}
                width={Math.max(0.5, step - Math.min(2, step / 3))}
                y={Math.min(from, to)}
                height={Math.max(1, Math.abs(to - from))}
              >
                <title>{show(value, SHORT)}</title>
              </rect>
            );
          })}
          {[spectrum.at(-1) ?? 0, 0, spectrum[0] ?? 0]
            .filter((value, n) => n === 1 || height(value) !== 0)
            .filter((value, n, kept) => kept.indexOf(value) === n)
            .map((value) => (
              <text key={value} x={margin.left - 6} y={y(height(value)) + 4} text-anchor="end">
                {show(value, SHORT)}
              </text>
            ))}
        </svg>
      )}
    </Picture>
  );
}
