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

async function trainedIris(view) {
  const panel = await trained(view, 'iris.nn.json', 200);
  await panel.getByRole('tab', { name: 'Predictions' }).click();
  await panel.getByRole('tabpanel', { name: 'Predictions' }).locator('canvas, svg, table').first().waitFor();
  await view.shot('iris');
}

async function trainedSpirals(view) {
  const panel = await trained(view, 'two-spirals.nn.json', 600);
  await panel.getByRole('tab', { name: 'Predictions' }).click();
  await panel.getByRole('tabpanel', { name: 'Predictions' }).locator('canvas').first().waitFor();
  await view.shot('spirals');
}

async function trainedXor(view) {
  const panel = await trained(view, 'xor.nn.json', 200);
  await panel.getByRole('tab', { name: 'Gradient check' }).click();
  await panel.getByRole('button', { name: 'Run check' }).click();
  await panel.getByRole('row').nth(3).waitFor();
  await view.shot('xor');
}

async function foldedDigits(view) {
  const panel = await open(view, 'digits-784-128-10.nn.json');
  await panel.getByRole('tab', { name: 'Parameters' }).click();
  await view.shot('digits');
}
