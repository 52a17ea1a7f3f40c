// Pictures of the panel, for a person to look at: node test/webview/look.mjs [folder] [regular expression of names]
// Every scene in every theme kind and size, under the panel's real content security policy.
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeKernels } from '../../src/engine/kernels/wasm/build.mjs';
import { launchChromium } from '../chromium.mjs';

const root = join(import.meta.dirname, '..', '..');
const [folder = join(root, 'out', 'looks'), pattern = ''] = process.argv.slice(2);
const only = new RegExp(pattern);
mkdirSync(folder, { recursive: true });

// The bundle holds the kernels' bytes, which are made, not kept.
await writeKernels();
const outfile = join(root, 'out', 'panel-test', 'harness.mjs');
await build({
  entryPoints: [join(root, 'test', 'webview', 'harness.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  banner: { js: `import.meta.dirname = ${JSON.stringify(import.meta.dirname)};` },
});
const { buildPanel, Harness, setTheme } = await import(pathToFileURL(outfile).href);

const select = (parameter) => async (page) => {
  await page.evaluate((id) => window.pageApp.select(id), parameter);
  await page.locator('.sum').waitFor();
};
const judge = (fault, place) => (page) =>
  page.evaluate(
    (location) =>
      window.pageApp.judge({
        claimed: 0.2893,
        remark: '0.2893 is ∂E/∂a₁⁽³⁾ · ∂z₁⁽³⁾/∂θ₁₁⁽²⁾: the factor ∂a₁⁽³⁾/∂z₁⁽³⁾ = 0.2499 is missing',
        location,
      }),
    { fault, ...place },
  );
const tab = (name) => (page) => page.getByRole('tab', { name }).click();
const train = async (page) => {
  await page.getByRole('button', { name: 'Train', exact: true }).first().click();
  await page.locator('.run-words', { hasText: /Trained|Stopped|Diverged/ }).waitFor({ timeout: 60000 });
};

const sample = (number) => (page) => page.evaluate((to) => window.pageApp.selectSample(to), number);

/** Files that show what the examples do not: numbers to predict over one, two and three inputs, classes over two. */
const file = (inputs, targets, { layers, loss = 'mse', ...data }) =>
  JSON.stringify({
    layers,
    loss,
    data: { inputs, targets, ...data },
    training: { optimizer: { type: 'adam', learningRate: 0.03 }, epochs: 300 },
  });
const range = (count) => Array.from({ length: count }, (_, k) => k);
const hidden = { units: 10, activation: 'tanh' };
const sine = file(
  range(24).map((k) => [20 + 2 * k]),
  range(24).map((k) => [Math.sin(k / 4) + 0.15 * Math.cos(7 * k)]),
  { layers: [{ units: 1, labels: ['temperature'] }, hidden, { units: 1 }], standardize: true, validation: 0.25 },
);
const scatter = file(
  range(60).map((k) => [Math.sin(k), Math.cos(3 * k), Math.sin(5 * k)]),
  range(60).map((k) => [3 * Math.sin(k) * Math.cos(3 * k) + 0.3 * Math.sin(11 * k), Math.sin(5 * k)]),
  { layers: [{ units: 3 }, hidden, { units: 2, labels: ['yield', 'loss'] }], validation: 0.25 },
);
const surface = file(
  range(60).map((k) => [Math.sin(k), Math.cos(3 * k)]),
  range(60).map((k) => [3 * Math.sin(k) * Math.cos(3 * k)]),
  { layers: [{ units: 2 }, hidden, { units: 1, labels: ['height'] }] },
);
const petals = file(
  range(90).map((k) => [4 + (k % 3) + 1.1 * Math.sin(k), 1.5 * (k % 3) + 1.4 * Math.cos(2 * k)]),
  range(90).map((k) => [0, 1, 2].map((c) => (k % 3 === c ? 1 : 0))),
  {
    layers: [
      { units: 2, labels: ['petal length', 'petal width'] },
      hidden,
      { units: 3, activation: 'softmax', labels: ['setosa', 'versicolor', 'virginica'] },
    ],
    loss: 'crossEntropy',
    standardize: true,
    validation: 0.2,
  },
);

/** XOR with a softmax of one unit: it never learns. */
const oneSoftmax = JSON.stringify({
  name: 'XOR with one softmax output',
  layers: [{ units: 2 }, { units: 2, activation: 'sigmoid' }, { units: 1, activation: 'softmax' }],
  data: {
    inputs: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    targets: [[0], [1], [1], [0]],
  },
});

/** All weights 0: the gradient is 0, and no minimum. */
const saddle = JSON.stringify({
  name: 'A saddle',
  layers: [
    { units: 1 },
    { activation: 'identity', weights: [[0]], biases: false },
    { activation: 'identity', weights: [[0]], biases: false },
  ],
  data: { inputs: [[1]], targets: [[1]] },
});

/** Units that start and stay equal. */
const equalWeights = JSON.stringify({
  name: 'XOR with equal weights',
  layers: [
    { units: 2 },
    {
      activation: 'sigmoid',
      weights: [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    },
    { activation: 'sigmoid', weights: [[0.5, 0.5]] },
  ],
  data: {
    inputs: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    targets: [[0], [1], [1], [0]],
  },
  training: { optimizer: { type: 'gd', learningRate: 0.5 }, epochs: 2000 },
});

/** η above 2/λ_max: J rises with every step, until it is not finite. */
const diverging = JSON.stringify({
  name: 'A rate that is too large',
  layers: [{ units: 1 }, { units: 6, activation: 'relu' }, { units: 1 }],
  data: { inputs: range(20).map((k) => [k]), targets: range(20).map((k) => [3 * k + 2]) },
  training: { optimizer: { type: 'gd', learningRate: 0.1 }, epochs: 200 },
});

/** Inputs of 0 into ReLUs: no gradient reaches any weight. */
const zeroInputs = JSON.stringify({
  name: 'ReLU on inputs of 0',
  layers: [
    { units: 2 },
    { units: 3, activation: 'relu' },
    { units: 3, activation: 'relu' },
    { units: 1, activation: 'relu' },
  ],
  data: {
    inputs: [
      [0, 0],
      [0, 0],
    ],
    targets: [[0.5], [0.6]],
  },
  training: { epochs: 200 },
});

/** One weight: there is a line, and no plane. */
const oneWeight = JSON.stringify({
  name: 'One weight',
  layers: [{ units: 1 }, { activation: 'tanh', weights: [[2.5]], biases: false }],
  data: { inputs: [[1], [0.4]], targets: [[0.2], [0.3]] },
});

/** A run that does not end while one looks. */
const endless = (example) =>
  JSON.stringify({ ...JSON.parse(example), training: { epochs: 1e7, optimizer: { type: 'gd', learningRate: 0.01 } } });
const runs = async (page) => {
  await page.getByRole('button', { name: 'Train', exact: true }).first().click();
  await page.locator('.run-words', { hasText: 'epoch' }).waitFor();
};

/** Gradients of the XOR network whose first layer is all zeros. */
const zeros = JSON.stringify({
  layers: [
    {
      weights: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      biases: [0, 0, 0],
    },
    null,
  ],
});

/** Chooses a plane of the landscape, and waits for its finest picture. */
const landscape = (plane) => async (page) => {
  const view = page.getByRole('region', { name: 'Landscape' });
  await view.locator('vscode-dropdown').click();
  await page.getByRole('option', { name: plane }).click();
  await view.getByRole('img').first().waitFor();
  await view.getByRole('status').waitFor({ state: 'detached' });
};

/** What is done before the picture is taken. */
const scenes = {
  toy: { example: 'toy-1-1-1', steps: [select({ layer: 1, to: 1, from: 1 })] },
  two: { example: 'multiple-units-2-2-2', steps: [select({ layer: 1, to: 1, from: 1 })] },
  'two-plain': { example: 'multiple-units-2-2-2', steps: [] },
  'two-hover': {
    example: 'multiple-units-2-2-2',
    steps: [select({ layer: 1, to: 1, from: 1 }), (page) => page.locator('[data-key="unit-2-1"]').hover()],
  },
  xor: { example: 'xor', steps: [train, select({ layer: 1, to: 1, from: 0 })] },
  'xor-check': {
    example: 'xor',
    steps: [
      tab('Gradient check'),
      (page) => page.getByRole('button', { name: 'Run check' }).click(),
      (page) => page.locator('.check-summary').waitFor(),
    ],
  },
  'xor-gradients': {
    example: 'xor',
    steps: [
      (page) => page.evaluate((json) => window.pageApp.judgeGradients(json), zeros),
      (page) => page.locator('.judged').waitFor(),
    ],
  },
  'two-samples': { example: 'multiple-units-2-2-2', steps: [select({ layer: 1, to: 1, from: 1 }), tab('Samples')] },
  'xor-samples': { example: 'xor', steps: [select({ layer: 1, to: 1, from: 1 }), tab('Samples')] },
  'xor-nudge': { example: 'xor', steps: [select({ layer: 1, to: 1, from: 1 }), tab('Nudge')] },
  'iris-recursion': { example: 'iris', steps: [select({ layer: 1, to: 1, from: 1 }), tab('δ recursion')] },
  'iris-matrix': { example: 'iris', steps: [select({ layer: 1, to: 1, from: 1 }), tab('Matrix form')] },
  iris: { example: 'iris', steps: [train, select({ layer: 1, to: 3, from: 2 })] },
  'learning-without-data': {
    text: JSON.stringify({ layers: [{ units: 2 }, { units: 3, activation: 'tanh' }, { units: 1 }] }),
    steps: [tab('Learning')],
  },
  'learning-exercise': {
    example: 'homework-2-2-2',
    steps: [(page) => page.evaluate(() => window.pageApp.startExercise({ right: 3, asked: 8 })), tab('Learning')],
  },
  'diagnosis-before': { example: 'two-spirals', steps: [tab('Learning')] },
  'diagnosis-canceled': {
    example: 'two-spirals',
    steps: [tab('Learning'), (page) => page.getByRole('button', { name: 'Cancel' }).click()],
  },
  ...Object.fromEntries(
    ['Diagnosis', 'Curvature', 'Landscape', 'Samples’ gradients', 'Histograms'].map((name) => [
      `running-${name.toLowerCase().split('’')[0]}`,
      { text: endless(oneSoftmax), steps: [runs, tab('Learning'), tab(name)] },
    ]),
  ),
  'diagnosis-after': {
    example: 'iris',
    steps: [train, tab('Learning'), (page) => page.locator('.diagnosis').waitFor()],
  },
  'diagnosis-changed': {
    text: oneSoftmax,
    steps: [
      tab('Learning'),
      (page) => page.getByRole('button', { name: 'Change the file' }).first().click(),
      (page) => page.getByText('Nothing found').waitFor(),
    ],
  },
  'diagnosis-equal': {
    text: equalWeights,
    steps: [tab('Learning'), (page) => page.locator('.cause').first().waitFor()],
  },
  'diagnosis-zeros': { text: zeroInputs, steps: [tab('Learning'), (page) => page.locator('.cause').nth(3).waitFor()] },
  'diagnosis-diverging': {
    text: diverging,
    steps: [train, tab('Learning'), (page) => page.locator('.cause').first().waitFor()],
  },
  'landscape-one': {
    text: oneWeight,
    steps: [tab('Learning'), tab('Landscape'), (page) => page.locator('.line-plots svg').first().waitFor()],
  },
  'landscape-diverged': {
    text: diverging,
    steps: [train, tab('Learning'), tab('Landscape'), (page) => page.locator('.line-plots svg').first().waitFor()],
  },
  'landscape-moved': {
    example: 'xor',
    steps: [
      tab('Learning'),
      tab('Landscape'),
      landscape('Two top eigenvectors'),
      (page) =>
        page
          .locator('rect.catcher')
          .first()
          .click({ position: { x: 160, y: 60 } }),
      (page) => page.getByRole('button', { name: 'Move back' }).waitFor(),
    ],
  },
  diagnosis: { text: oneSoftmax, steps: [tab('Learning'), (page) => page.locator('.cause').first().waitFor()] },
  'diagnosis-iris': { example: 'iris', steps: [tab('Learning'), (page) => page.locator('.cause').first().waitFor()] },
  ...Object.fromEntries(
    ['multiple-units-2-2-2', 'xor', 'iris', 'digits-784-128-10'].map((example) => [
      `curvature-${example}`,
      { example, steps: [tab('Learning'), tab('Curvature'), (page) => page.locator('.curvature').waitFor()] },
    ]),
  ),
  ...Object.fromEntries(
    [
      ['landscape-two', 'multiple-units-2-2-2', 'Gradient and top eigenvector'],
      ['landscape-xor', 'xor', 'The run’s principal directions'],
      ['landscape-xor-eigen', 'xor', 'Two top eigenvectors'],
      ['landscape-iris', 'iris', 'The run’s principal directions'],
      ['landscape-spirals', 'two-spirals', 'Two random directions'],
    ].map(([name, example, plane]) => [
      name,
      {
        example,
        steps: [...(name === 'landscape-two' ? [] : [train]), tab('Learning'), tab('Landscape'), landscape(plane)],
      },
    ]),
  ),
  ...Object.fromEntries(
    ['multiple-units-2-2-2', 'iris', 'digits-784-128-10'].map((example) => [
      `histograms-${example}`,
      { example, steps: [tab('Learning'), tab('Histograms'), (page) => page.locator('.histogram').first().waitFor()] },
    ]),
  ),
  'input-chain': {
    example: 'multiple-units-2-2-2',
    steps: [
      (page) => page.locator('.graph [data-key="unit-1-2"]').click(),
      (page) => page.locator('.agreement').waitFor(),
    ],
  },
  'input-chain-mean': { example: 'iris', steps: [(page) => page.locator('.graph [data-key="unit-1-2"]').click()] },
  'histograms-run': {
    example: 'iris',
    steps: [
      train,
      tab('Learning'),
      tab('Histograms'),
      (page) => page.getByRole('radio', { name: 'Over the epochs' }).click(),
      (page) => page.locator('.strip').first().waitFor(),
    ],
  },
  'iris-sharpness': {
    example: 'iris',
    steps: [
      train,
      (page) => page.getByRole('button', { name: 'Show the loss' }).click(),
      (page) => page.getByRole('button', { name: 'Show the curvature λmax' }).click(),
      (page) => page.locator('.metric-limit').waitFor(),
    ],
  },
  saddle: {
    text: saddle,
    steps: [tab('Learning'), tab('Curvature'), (page) => page.getByRole('button', { name: 'Step along it' }).waitFor()],
  },
  'digits-input-gradient': {
    example: 'digits-784-128-10',
    steps: [sample(3), tab('Learning'), tab('Samples’ gradients'), (page) => page.locator('.input-gradient').waitFor()],
  },
  'iris-sample': { example: 'iris', steps: [sample(2), select({ layer: 1, to: 1, from: 2 }), tab('δ recursion')] },
  'iris-pulls': {
    example: 'iris',
    steps: [tab('Learning'), tab('Samples’ gradients'), (page) => page.locator('.pull-bar').first().waitFor()],
  },
  'iris-parameters': { example: 'iris', steps: [tab('Parameters')] },
  'digits-data': { example: 'digits-784-128-10', steps: [train, tab('Data')] },
  'iris-data': { example: 'iris', steps: [train, tab('Data')] },
  digits: { example: 'digits-784-128-10', steps: [] },
  'digits-chain': { example: 'digits-784-128-10', steps: [select({ layer: 1, to: 50, from: 300 })] },
  spirals: { example: 'two-spirals', steps: [train] },
  'spirals-start': { example: 'two-spirals', steps: [] },
  'spirals-hover': {
    example: 'two-spirals',
    steps: [train, (page) => page.locator('[data-key="unit-2-2"]').hover()],
  },
  'spirals-unfolded': {
    example: 'two-spirals',
    steps: [train, (page) => page.locator('[data-key^="gap-2"]').first().click()],
  },
  'digits-trained': { example: 'digits-784-128-10', steps: [train, sample(7)] },
  'digits-gradient-hover': {
    example: 'digits-784-128-10',
    steps: [
      (page) => page.getByRole('radio', { name: 'gradient' }).click(),
      (page) => page.locator('[data-key="unit-2-2"]').hover(),
    ],
  },
  'digits-mosaic': {
    example: 'digits-784-128-10',
    steps: [train, (page) => page.locator('[data-key^="gap-2"]').first().click()],
  },
  'iris-smoothed': {
    example: 'iris',
    steps: [
      train,
      (page) => page.locator('.loss-tools vscode-dropdown').first().click(),
      (page) => page.getByRole('option', { name: 'smooth 0.9', exact: true }).click(),
      (page) => page.getByRole('button', { name: 'Show the gradient norm' }).click(),
    ],
  },
  'xor-plane': { example: 'xor', steps: [tab('Predictions')] },
  'xor-trained-plane': { example: 'xor', steps: [train, tab('Predictions'), sample(2)] },
  'spirals-plane': { example: 'two-spirals', steps: [train, tab('Predictions')] },
  'iris-confusion': { example: 'iris', steps: [train, tab('Predictions')] },
  'digits-confusion': { example: 'digits-784-128-10', steps: [train, tab('Predictions')] },
  'univariate-curve': { example: 'univariate-logistic', steps: [train, tab('Predictions')] },
  'petals-plane': { text: petals, steps: [train, tab('Predictions'), sample(7)] },
  'sine-curve': { text: sine, steps: [train, tab('Predictions'), sample(3)] },
  scatter: { text: scatter, steps: [train, tab('Predictions'), sample(3)] },
  surface: { text: surface, steps: [train, tab('Predictions')] },
  claim: {
    example: 'multiple-units-2-2-2',
    steps: [select({ layer: 1, to: 1, from: 1 }), judge('missing', { factor: 'activation', layer: 3, unit: 1 })],
  },
  'claim-path': {
    example: 'multiple-units-2-2-2',
    steps: [
      select({ layer: 1, to: 1, from: 1 }),
      judge('missing', { through: [{ kind: 'z', layer: 3, unit: 2 }], without: [] }),
    ],
  },
  exercise: {
    example: 'homework-2-2-2',
    steps: [
      (page) => page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 })),
      (page) => page.evaluate(() => window.pageApp.startExercise({ right: 3, asked: 8 })),
      judge('missing', { factor: 'activation', layer: 3, unit: 1 }),
    ],
  },
  presentation: {
    example: 'multiple-units-2-2-2',
    steps: [select({ layer: 1, to: 1, from: 1 }), (page) => page.getByRole('button', { name: 'Presentation' }).click()],
  },
  compare: {
    example: 'iris',
    steps: [
      train,
      (page) => page.evaluate(() => window.pageApp.compare(window.fixture.text)),
      (page) => page.locator('.list-view .table-row').first().waitFor(),
    ],
  },
  'compare-chains': {
    example: 'xor',
    steps: [
      sample(null),
      (page) => page.evaluate(() => window.pageApp.compare(window.fixture.text.replace('0.9', '0.5'))),
      (page) => page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 })),
      (page) => page.locator('.compare-factors').first().waitFor(),
    ],
  },
  'compare-gradients': {
    example: 'xor',
    steps: [
      sample(null),
      (page) => page.evaluate(() => window.pageApp.compare(window.fixture.text.replace('0.9', '0.5'))),
      (page) => page.getByRole('radiogroup', { name: 'Compare' }).getByRole('radio', { name: 'gradients' }).click(),
      (page) => page.locator('.list-view .table-row').nth(2).click(),
      (page) => page.locator('.compare-factors').first().waitFor(),
    ],
  },
  'compare-different': {
    example: 'xor',
    steps: [
      (page) => page.evaluate(() => window.pageApp.compare(window.fixture.text.replace('"tanh"', '"relu"'))),
      (page) => page.locator('.structure').waitFor(),
    ],
  },
  homework: { example: 'homework-2-2-2', steps: [] },
  motion: { example: 'iris', steps: [(page) => page.getByRole('button', { name: 'Slow motion' }).click()] },
  'motion-update': {
    example: 'xor',
    steps: [
      (page) => page.getByRole('button', { name: 'Slow motion' }).click(),
      (page) => page.getByRole('button', { name: 'Update' }).click(),
      (page) => page.locator('.motion-table').waitFor(),
    ],
  },
  broken: {
    example: 'multiple-units-2-2-2',
    steps: [
      (page) => page.evaluate(() => window.pageApp.edit('{ "layers": [{ "units": 2 }, { "units": 0 }], "loss": 3 }')),
    ],
  },
};
const sizes = {
  600: { width: 600, height: 812 },
  1024: { width: 1024, height: 800 },
  1440: { width: 1440, height: 900 },
  1920: { width: 1920, height: 1040 },
  '1024-zoomed': { width: 1024, height: 800, zoom: 2 },
  '1920-zoomed': { width: 1920, height: 1040, zoom: 2 },
  touched: { width: 1024, height: 768, touch: true },
};

await buildPanel();
const harness = await Harness.start(await launchChromium());
for (const [name, { example, text, steps }] of Object.entries(scenes)) {
  for (const [size, viewport] of Object.entries(sizes)) {
    const pictures = ['dark', 'light', 'highContrast', 'highContrastLight']
      .map((theme) => ({ theme, picture: `${name}-${theme}-${size}` }))
      .filter(({ picture }) => only.test(picture));
    if (pictures.length === 0) continue;
    const { page, errors } = await harness.open({ example, text, theme: pictures[0].theme, ...viewport });
    try {
      for (const step of steps) await step(page);
      await page.mouse.move(0, 0, { steps: 1 }).catch(() => undefined);
      if (name.includes('hover')) await steps.at(-1)(page);
      await page.waitForTimeout(250);
    } catch (error) {
      console.log(`${name}-${size}: ${error.message}`);
    }
    // A scene takes long to set: the theme changes under it, as it does in VS Code.
    for (const { theme, picture } of pictures) {
      await setTheme(page, theme);
      await page.screenshot({ path: join(folder, `${picture}.png`) });
    }
    if (errors.length > 0) console.log(`${name}-${size}: ${errors.join(' | ')}`);
    await harness.close(page);
  }
}
await harness.stop();
