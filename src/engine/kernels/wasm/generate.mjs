// The AssemblyScript that is made from the tables of src/core/functions: the kernels' numbers (`./kinds`) and the optimizers'
// steps (`./steps`). The other sources of this folder import both by these names.

/** The kernels that the rows name, in the order by which they are numbered. */
export function kernelNames({ ACTIVATIONS, LOSSES, OPTIMIZERS }) {
  const named = (rows) => rows.flatMap((row) => (row?.kernel === undefined ? [] : [row.kernel]));
  const losses = Object.values(LOSSES);
  return {
    activations: named(Object.values(ACTIVATIONS)),
    changes: Object.values(ACTIVATIONS).flatMap(({ changeKernel }) => changeKernel ?? []),
    losses: named([...losses, ...losses.map(({ withLogits }) => withLogits)]),
    optimizers: Object.keys(OPTIMIZERS).filter((name) => OPTIMIZERS[name].kind === 'elementwise'),
  };
}

/** `./kinds`: a constant for each activation and loss that has a kernel; those of changes follow the activations. */
export function kindsSource({ activations, changes, losses }) {
  const constant = (name, kind) =>
    `export const ${name.replace(/[A-Z]/g, '_$&').toUpperCase()}: i32 = ${String(kind)};\n`;
  return [...[...activations, ...changes].map(constant), ...losses.map(constant)].join('');
}

/** `./steps`: a function for each optimizer that changes parameter by parameter. */
export function stepsSource({ OPTIMIZERS }, { optimizers }) {
  return [
    "import { splat } from './math';\n",
    ...optimizers.map((name) => stepSource(name, OPTIMIZERS[name])),
  ].join('\n');
}

/** Over `count` values from the addresses on, two at a time: θ, the gradient, what is remembered, and the given numbers. */
function stepSource(name, row) {
  const rows = row.memory.map((_, k) => `memory${String(k)}`);
  const given = row.given({}).map((_, k) => `given${String(k)}`);
  const parameters = [
    ...['theta', 'gradient', ...rows].map((place) => `${place}: usize`),
    'count: i32',
    ...given.map((number) => `${number}: f64`),
  ];
  const addresses = ['theta', 'gradient', ...rows];
  const names = Object.fromEntries([
    ...addresses.map((place) => [place, `its_${place}`]),
    ...rows.map((_, k) => [`next${String(k)}`, `next${String(k)}`]),
    ...given.map((number) => [number, `two_${number}`]),
  ]);
  const body = (load, store) =>
    [
      ...addresses.map((place) => `const its_${place} = ${load(place)};`),
      ...row.memory.map((next, k) => `const next${String(k)} = ${expressionSource(next, names)};`),
      ...row.memory.map((_, k) => store(`memory${String(k)}`, `next${String(k)}`)),
      store('theta', expressionSource(row.theta, names)),
    ].join('\n    ');
  return `export function ${name}(${parameters.join(', ')}): void {
  ${given.map((number) => `const two_${number} = splat(${number});`).join('\n  ')}
  for (let k = count >> 1; k > 0; k--) {
    ${body(
      (place) => `v128.load(${place})`,
      (place, value) => `v128.store(${place}, ${value});`,
    )}
    ${addresses.map((place) => `${place} += 16;`).join(' ')}
  }
  if (count & 1) {
    ${body(
      (place) => `v128.load64_zero(${place})`,
      (place, value) => `store<f64>(${place}, f64x2.extract_lane(${value}, 0));`,
    )}
  }
}
`;
}

function expressionSource(expression, names) {
  const part = (other) => expressionSource(other, names);
  switch (expression.kind) {
    case 'constant':
      return `splat(${String(expression.value)})`;
    case 'variable':
      return names[expression.name];
    case 'sqrt':
      return `f64x2.sqrt(${part(expression.x)})`;
    case 'positive':
      return `v128.bitselect(${part(expression.y)}, ${part(expression.z)}, f64x2.gt(${part(expression.x)}, splat(0)))`;
    default:
      return `f64x2.${expression.kind}(${part(expression.x)}, ${part(expression.y)})`;
  }
}
