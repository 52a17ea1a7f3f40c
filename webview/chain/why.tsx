import type { Chain, ChainFactor, ChainPath } from '../../src/core/chain';
import type { Network } from '../../src/core/network';
import { factorForm, formatNumber } from '../../src/core/notation';
import { type FactorCause, causeOf } from '../../src/core/chain/why';
import { showPercent } from '../names';
import { useDigits } from '../panel';
import { usePointing } from './pointing';

const openings: Readonly<Record<FactorCause['effect'], string>> = {
  zero: 'Zero because',
  small: 'Smallest factor:',
  large: 'Largest factor:',
  notFinite: 'Not finite because',
};

const size = { bar: 9, gap: 5, height: 22, label: 9 };
/** Bars of fewer powers of ten are not stretched to the full height. */
const LEAST = 1;

/** Why a path adds little or much: the factor that decides, in words, and how many powers of ten each factor is worth. */
export function Why({ network, path }: { readonly network: Network; readonly path: ChainPath }) {
  const digits = useDigits();
  const cause = causeOf(network, path, digits);
  if (!cause) return null;
  return (
    <div class="why">
      <Bars network={network} path={path} cause={cause} />
      <p>
        <span class="muted">{openings[cause.effect]}</span> {cause.text}
      </p>
    </div>
  );
}

/** Less than this part of what the paths add in size is left of their sum: they cancel. */
const CANCELLING = 0.25;

interface CancellingProps {
  readonly chain: Omit<Chain, 'parameter'>;
  /** Paths through the network, each over several samples or one. */
  readonly routes: number;
}

/** Why a sum of large terms is small: what one adds, another takes away. Nothing where that is not so. */
export function Cancelling({ chain: { paths, remainder, gradient, penalty }, routes }: CancellingProps) {
  const sizes = paths.reduce((sum, { contribution }) => sum + Math.abs(contribution), Math.abs(remainder));
  const left = Math.abs(gradient - penalty) / sizes;
  if (paths.length < 2 || !(left < CANCELLING)) return null;
  return (
    <p class="hint">
      The {routes > 1 ? 'paths' : 'samples'} largely cancel: only {showPercent(left)} remains of Σ|
      {routes > 1 ? 'path' : 'sample'}| = {formatNumber(sizes, 2)}.
    </p>
  );
}

interface BarsProps {
  readonly network: Network;
  readonly path: ChainPath;
  readonly cause: FactorCause;
}

/** log₁₀ |factor| of each factor, in the order of the product; what is 0 reaches to the ground. */
function Bars({ network, path: { factors }, cause }: BarsProps) {
  const powers = factors.map(({ value }) => Math.log10(Math.abs(value)));
  const finite = powers.filter(Number.isFinite);
  const top = Math.max(0, ...finite);
  const bottom = Math.min(0, ...finite);
  const scale = (size.height - 2) / Math.max(LEAST, top - bottom);
  const zero = 1 + top * scale;
  const width = factors.length * (size.bar + size.gap) + size.gap;
  const words = factors
    .map((factor, n) => `${factorForm(network, factor).unicode}: ${formatNumber(powers[n] ?? NaN, 2)}`)
    .join(', ');
  return (
    <svg
      class="why-bars"
      width={width}
      height={size.height}
      viewBox={`0 0 ${String(width)} ${String(size.height)}`}
      role="img"
      aria-label={`log₁₀ of the size of each factor: ${words}`}
    >
      {factors.map((factor, n) => (
        <Bar
          key={String(n)}
          factor={factor}
          x={size.gap + n * (size.bar + size.gap)}
          zero={zero}
          end={endOf(powers[n] ?? NaN, zero, scale)}
          decides={cause.factor === n}
          title={`log₁₀ |${factorForm(network, factor).unicode}| = ${formatNumber(powers[n] ?? NaN, 2)}`}
        />
      ))}
      <line x1={0} x2={width} y1={zero} y2={zero} />
    </svg>
  );
}

/** Where the bar of a power of ten ends: at the edge where it is infinite. */
function endOf(power: number, zero: number, scale: number): number {
  if (Number.isFinite(power)) return zero - power * scale;
  return power === -Infinity ? size.height : 0;
}

interface BarProps {
  readonly factor: ChainFactor;
  readonly x: number;
  readonly zero: number;
  readonly end: number;
  readonly decides: boolean;
  readonly title: string;
}

function Bar({ factor, x, zero, end, decides, title }: BarProps) {
  const { lit, handlers } = usePointing({ factor });
  const name = ['why-bar', decides ? 'decides' : '', lit ? 'lit' : ''].filter(Boolean).join(' ');
  return (
    <g class={name} {...handlers}>
      <title>{title}</title>
      <rect class="reach" x={x - size.gap / 2} y={0} width={size.bar + size.gap} height={size.height} />
      <rect x={x} y={Math.min(zero, end)} width={size.bar} height={Math.max(1, Math.abs(end - zero))} />
    </g>
  );
}
