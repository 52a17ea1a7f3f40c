// The figure of growth.bench.mjs: time and memory over parameters and over rows, and an epoch of ours beside the exported script,
// each axis a logarithm. SVG on a ground of its own, which is light or dark as the reader's color scheme is: it can be read on
// whatever page it stands.

const THEMES = {
  light: {
    ...{ ground: '#ffffff', text: '#1f2328', quiet: '#59636e' },
    series: ['#0969da', '#1a7f37', '#8250df', '#bc4c00', '#cf222e', '#57606a'],
  },
  dark: {
    ...{ ground: '#0d1117', text: '#e6edf3', quiet: '#9198a1' },
    series: ['#58a6ff', '#3fb950', '#bc8cff', '#f0883e', '#ff7b72', '#b1bac4'],
  },
};

const WIDTH = 880;
const MARGIN = { left: 64, top: 34, bottom: 54 };
/** From the left edge of a panel to that of the next. */
const ACROSS = 440;
const PANEL_WIDTH = 268;
/** Two lines of 12 pixels may not be nearer. */
const LINE = 14;
const MEASURES = {
  milliseconds: { title: 'Time', height: 250, ticks: time },
  mebibytes: { title: 'Memory', height: 110, ticks: (value) => `${String(value)} MiB` },
};

/**
 * The figure as SVG, of rows of panels side by side: { measure, title, of, curves: [{ name, color, points: [{ size,
 * milliseconds or mebibytes }] }] }. Panels of a row have one scale; the name of each curve stands at its end.
 */
export function drawGrowth(rows) {
  let top = MARGIN.top;
  const drawn = rows.flatMap((panels) => {
    const { height } = MEASURES[panels[0].measure];
    const values = panels.flatMap(({ measure, curves }) =>
      curves.flatMap(({ points }) => points.map((p) => p[measure])),
    );
    const up = decades(values);
    const y = top;
    top += height + MARGIN.top + MARGIN.bottom;
    return panels.map(
      (one, column) => `<g transform="translate(${MARGIN.left + column * ACROSS} ${y})">${panel(one, up)}</g>`,
    );
  });
  const colors = ({ ground, text, quiet, series }) =>
    [
      `.ground{fill:${ground}}`,
      // Names stand on lines and are read nevertheless.
      `.name{stroke:${ground}}`,
      `svg{color:${text}}`,
      `.quiet{color:${quiet}}`,
      ...series.map((color, k) => `.c${k}{color:${color}}`),
    ].join('');
  const height = top - MARGIN.top + 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">Time and memory of opening, gradient, epoch, check, judge and curvature over parameters and over rows, and the time of an epoch beside the exported script, on logarithmic axes</title>
<style>
svg{font:12px system-ui,sans-serif}text{fill:currentColor}
path{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}circle{fill:currentColor}
.axis{stroke-width:1;opacity:.25}.name{stroke-width:4;stroke-linejoin:round;paint-order:stroke}.title{font-size:14px;font-weight:600}
${colors(THEMES.light)}
@media(prefers-color-scheme:dark){${colors(THEMES.dark)}}
</style>
<rect class="ground" width="${WIDTH}" height="${height}" rx="6"/>
${drawn.join('\n')}
</svg>
`;
}

function panel({ measure, title, of, curves }, up) {
  const { height, ticks } = MEASURES[measure];
  const sizes = curves.flatMap(({ points }) => points.map(({ size }) => size));
  // The smallest network has 91 parameters, nearly the 100 of the axis.
  const across = { from: Math.floor(Math.log10(1.1 * Math.min(...sizes))), to: Math.log10(Math.max(...sizes)) };
  const x = (size) => round((PANEL_WIDTH * (Math.log10(size) - across.from)) / (across.to - across.from));
  const y = (value) => round(height - (height * (Math.log10(value) - up.from)) / (up.to - up.from));
  const lines = [
    ...powers(across).map((k) => {
      const label = `10<tspan dy="-5" font-size="9">${k}</tspan>`;
      return `<path class="axis" d="M${x(10 ** k)} 0V${height}"/><text class="quiet" x="${x(10 ** k)}" y="${height + 17}" text-anchor="middle">${label}</text>`;
    }),
    ...powers(up).map((k) => {
      const at = y(10 ** k);
      return `<path class="axis" d="M0 ${at}H${PANEL_WIDTH}"/><text class="quiet" x="-7" y="${at + 4}" text-anchor="end">${ticks(10 ** k)}</text>`;
    }),
  ];
  const ends = curves.map(({ points }) => points.at(-1));
  const names = apart(ends.map((end) => y(end[measure])));
  const drawn = curves.map(({ name, color, points }, k) => {
    const places = points.map((point) => [x(point.size), y(point[measure])]);
    const dots = places.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="2.5"/>`).join('');
    const label = `<text class="name" x="${PANEL_WIDTH + 8}" y="${names[k] + 4}">${name}</text>`;
    return `<g class="c${color}"><path d="M${places.map((place) => place.join(' ')).join('L')}"/>${dots}${label}</g>`;
  });
  const caption = `<text class="title" x="0" y="-14">${title}</text><text class="quiet" x="${PANEL_WIDTH / 2}" y="${height + 36}" text-anchor="middle">${of}</text>`;
  return [caption, ...lines, ...drawn].join('');
}

/** The heights, moved as little as it takes for lines of text not to overlap. */
function apart(heights) {
  const groups = heights.map((height, k) => ({ middle: height, of: [k] })).sort((p, q) => p.middle - q.middle);
  for (let n = 0; n + 1 < groups.length;) {
    const [one, next] = [groups[n], groups[n + 1]];
    const needed = (LINE * (one.of.length + next.of.length)) / 2;
    if (next.middle - one.middle >= needed) n++;
    else {
      const all = [...one.of, ...next.of];
      groups.splice(n, 2, { middle: all.reduce((sum, k) => sum + heights[k], 0) / all.length, of: all });
      n = Math.max(0, n - 1);
    }
  }
  const places = [];
  for (const { middle, of } of groups)
    for (const [n, k] of of.entries()) places[k] = round(middle + LINE * (n - (of.length - 1) / 2));
  return places;
}

/** The whole powers of ten around these values. */
function decades(values) {
  return { from: Math.floor(Math.log10(Math.min(...values))), to: Math.ceil(Math.log10(Math.max(...values))) };
}

function powers({ from, to }) {
  return Array.from({ length: Math.floor(to + 1e-9) - from + 1 }, (_, k) => from + k);
}

function time(milliseconds) {
  if (milliseconds >= 1000) return `${String(milliseconds / 1000)} s`;
  return milliseconds >= 1 ? `${String(milliseconds)} ms` : `${String(Math.round(milliseconds * 1000))} µs`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
