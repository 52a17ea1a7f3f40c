import { execFileSync } from 'node:child_process';

/** The gradients of an example as the command line prints them, those of layer 1 with the wrong sign. */
export function wrongSign(example: string): string {
  const json = execFileSync(process.execPath, [
    'dist/cli.js',
    'gradients',
    `media/examples/${example}.nn.json`,
    '--json',
  ]);
  const { layers } = JSON.parse(json.toString()) as { layers: { weights: number[][]; biases: number[] }[] };
  const [first] = layers;
  if (first) {
    first.weights = first.weights.map((row) => row.map((value) => -value));
    first.biases = first.biases.map((value) => -value);
  }
  return JSON.stringify({ layers });
}
