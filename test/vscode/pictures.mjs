// The pictures of the README, for look.mjs:
//   node test/vscode/look.mjs --out media/screenshots --theme all --steps test/vscode/pictures.mjs
const taken = {
  dark: [chainOfTwoTwoTwo, trainedXor, trainedSpirals, foldedDigits],
  light: [chainOfToy, trainedIris],
  'hc-dark': [chainOfTwoTwoTwo],
  'hc-light': [],
};

export default async (view) => {
  for (const take of taken[view.theme]) {
    await view.palette('View: Close All Editors');
    await take(view);
  }
};

/** Opens an example and waits until its panel shows J. */
async function open(view, file) {
  await view.openFile(file);
  const panel = await view.panel();
  await panel.locator('.convention strong').first().waitFor();
  return panel;
}

async function chainOfTwoTwoTwo(view) {
  const panel = await open(view, 'multiple-units-2-2-2.nn.json');
  await view.text('0.1').click();
  await panel.getByRole('heading', { name: 'Path 1' }).waitFor();
  await view.shot('two-two-two');
}

async function chainOfToy(view) {
  const panel = await open(view, 'toy-1-1-1.nn.json');
  await view.text('weights').first().waitFor();
  await panel.getByRole('combobox', { name: 'Parameter' }).click();
  await panel.getByRole('option', { name: 'θ₁' }).first().click();
  await panel.locator('.sum').waitFor();
  await view.shot('toy');
}

async function trained(view, file, epoch) {
  const panel = await open(view, file);
  await panel.getByRole('button', { name: 'Train', exact: true }).first().click();
  await panel.getByText(`epoch ${epoch}`).first().waitFor();
  const closed = panel.getByRole('button', { name: 'Show the loss' });
  if ((await closed.count()) > 0) await closed.click();
  await panel.getByRole('region', { name: 'Loss per epoch' }).locator('canvas').first().waitFor();
  return panel;
}

/** The loss as a strip: the rest has its room. */
async function hideLoss(panel) {
  await panel.getByRole('button', { name: 'Hide the loss' }).click();
}

async function trainedIris(view) {
  const panel = await trained(view, 'iris.nn.json', 200);
  await panel.getByRole('tab', { name: 'Predictions' }).click();
  await panel.getByRole('tabpanel', { name: 'Predictions' }).locator('canvas, svg, table').first().waitFor();
  await view.shot('iris');
}

async function trainedSpirals(view) {
  const panel = await trained(view, 'two-spirals.nn.json', 600);
  await hideLoss(panel);
  await view.shot('spirals-units');
  await panel.getByRole('tab', { name: 'Predictions' }).click();
  await panel.getByRole('tabpanel', { name: 'Predictions' }).locator('canvas').first().waitFor();
  await view.shot('spirals');
}

/** The check, the curvature, and the run's path over J. */
async function trainedXor(view) {
  const panel = await trained(view, 'xor.nn.json', 200);
  await panel.getByRole('tab', { name: 'Gradient check' }).click();
  await panel.getByRole('button', { name: 'Run check' }).click();
  await panel.getByRole('row').nth(3).waitFor();
  await view.shot('xor');
  await hideLoss(panel);
  await panel.getByRole('tab', { name: 'Learning' }).click();
  await panel.getByRole('tab', { name: 'Curvature' }).click();
  await panel.getByText('Eigenvalues of the Hessian').waitFor();
  await view.shot('curvature');
  await panel.getByRole('tab', { name: 'Landscape' }).click();
  await panel.getByText('at the lowest place here').waitFor();
  await panel.getByText('Refining').waitFor({ state: 'detached' });
  const splitter = panel.getByRole('separator', { name: 'Resize the graph' });
  for (let n = 0; n < 12; n++) await splitter.press('ArrowUp');
  await splitter.blur();
  await view.shot('landscape');
}

async function foldedDigits(view) {
  const panel = await open(view, 'digits-784-128-10.nn.json');
  await panel.getByRole('tab', { name: 'Parameters' }).click();
  await view.shot('digits');
}
