/** The least value, the quartiles and the greatest of a quantity over the samples, between the two ends of a scale. */
export interface SpreadBoxProps {
  readonly x: number;
  readonly y: number;
  readonly quantiles: Float64Array;
  readonly from: number;
  readonly to: number;
}

const WIDTH = 44;
const HEIGHT = 5;

/** A box from the first quartile to the third with the median in it, on a line from the least value to the greatest; a tick at 0. */
export function SpreadBox({ x, y, quantiles, from, to }: SpreadBoxProps) {
  const [least = NaN, first = NaN, median = NaN, third = NaN, greatest = NaN] = quantiles;
  if (!Number.isFinite(least + greatest) || !(to > from)) return null;
  const at = (value: number): number => ((value - from) / (to - from)) * WIDTH;
  return (
    <g class="spread" transform={`translate(${String(x - WIDTH / 2)} ${String(y)})`}>
      {from < 0 && to > 0 && (
        <line class="spread-zero" x1={at(0)} x2={at(0)} y1={-HEIGHT / 2 - 1} y2={HEIGHT / 2 + 1} />
      )}
      <line x1={at(least)} x2={at(greatest)} y1={0} y2={0} />
      <rect x={at(first)} y={-HEIGHT / 2} width={Math.max(0.6, at(third) - at(first))} height={HEIGHT} rx={1} />
      <line class="spread-median" x1={at(median)} x2={at(median)} y1={-HEIGHT / 2} y2={HEIGHT / 2} />
    </g>
  );
}
