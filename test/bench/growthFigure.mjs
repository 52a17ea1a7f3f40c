// The figure of growth.bench.mjs: time and memory over parameters and over rows, each axis a logarithm.
// SVG for a README: read on GitHub's light and dark pages, which are told apart by the reader's color scheme.

const COLORS = { light: ['#0969da', '#1a7f37', '#8250df', '#bc4c00', '#cf222e', '#57606a'] };
COLORS.dark = ['#58a6ff', '#3fb950', '#bc8cff', '#f0883e', '#ff7b72', '#8b949e'];

const WIDTH = 860;
const PANEL = { width: 330, height: 190, left: 70, top: 34, acrossGap: 90, downGap: 76 };
const MEASURES = [
  { key: 'milliseconds', title: 'time', ticks: milliseconds },
  { key: 'mebibytes', title: 'memory', ticks: mebibytes },
];

/** The figure of [{ of, curves: [{ operation, points: [{ size, milliseconds, mebibytes }] }] }] as SVG. */
export function drawGrowth(sweeps) {
  const { width, height, left, top, acrossGap, downGap } = PANEL;
  const panels = MEASURES.flatMap((measure, row) =>
    sweeps.map((sweep, column) => {
      const x = left + column * (width + acrossGap);
      const y = top + row * (height + downGap);
      return `<g transform="translate(${x} ${y})">${panel(sweep, measure)}</g>`;
    }),
  );
  const below = top + MEASURES.length * (height + downGap);
  const legend = sweeps[0].curves.map(({ operation }, k) => {
    const at = `translate(${left + 120 * k} ${below})`;
    return `<g transform="${at}" class="c${k}"><path d="M0 0h22"/><circle cx="11" cy="0" r="3"/><text x="28" y="4">${operation}</text></g>`;
  });
  const colors = (theme) => theme.map((color, k) => `.c${k}{color:${color}}`).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${below + 20}" role="img" aria-labelledby="title">
<title id="title">Time and memory of opening, gradient, epoch, check, judge and curvature, over parameters and over rows, on logarithmic axes</title>
<style>
svg{font:12px system-ui,sans-serif;color:#1f2328}text{fill:currentColor}
path{fill:none;stroke:currentColor;stroke-width:1.75}circle{fill:currentColor}
.axis{stroke-width:1;opacity:.15}
${colors(COLORS.light)}
@media(prefers-color-scheme:dark){svg{color:#e6edf3}${colors(COLORS.dark)}}
</style>
${[...panels, ...legend].join('\n')}
</svg>
`;
}

function panel({ of, curves }, { key, title, ticks }) {
  const { width, height } = PANEL;
  const points = curves.flatMap((curve) => curve.points);
  const across = decades(points.map(({ size }) => size));
  const up = decades(points.map((point) => point[key]));
  const x = (size) => round((width * (Math.log10(size) - across.from)) / (across.to - across.from));
  const y = (value) => round(height - (height * (Math.log10(value) - up.from)) / (up.to - up.from));
  const lines = [
    ...powers(across).map((k) => {
      const label = `10<tspan dy="-5" font-size="9">${k}</tspan>`;
      return `<path class="axis" d="M${x(10 ** k)} 0V${height}"/><text x="${x(10 ** k)}" y="${height + 18}" text-anchor="middle">${label}</text>`;
    }),
    ...powers(up).map((k) => {
      const at = y(10 ** k);
      return `<path class="axis" d="M0 ${at}H${width}"/><text x="-8" y="${at + 4}" text-anchor="end">${ticks(10 ** k)}</text>`;
    }),
  ];
  const drawn = curves.map((curve, k) => {
    const places = curve.points.map((point) => [x(point.size), y(point[key])]);
    const dots = places.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="3"/>`).join('');
    return `<g class="c${k}"><path d="M${places.map((place) => place.join(' ')).join('L')}"/>${dots}</g>`;
  });
  const caption = `<text x="0" y="-12" font-weight="600">${title}</text><text x="${width / 2}" y="${height + 38}" text-anchor="middle">${of}</text>`;
  return [caption, ...lines, ...drawn].join('');
}

/** The whole powers of ten around these values. */
function decades(values) {
  return { from: Math.floor(Math.log10(Math.min(...values))), to: Math.ceil(Math.log10(Math.max(...values))) };
}

function powers({ from, to }) {
  return Array.from({ length: to - from + 1 }, (_, k) => from + k);
}

function milliseconds(value) {
  return value >= 1000
    ? `${value / 1000} s`
    : value >= 1
      ? `${value} ms`
      : `${Number((value * 1000).toPrecision(1))} µs`;
}

function mebibytes(value) {
  return `${value} MiB`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
