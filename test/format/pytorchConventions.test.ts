/** The exported script under every convention that a file can state: J, gradients and training are those of the file. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exportPyTorch } from '../../src/format/export/pytorch';
import { apart, conventionGoldens } from '../core/conventionGoldens';

const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import torch']).status === 0,
);
const folder = mkdtempSync(join(tmpdir(), 'conventions-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const driver = `
import contextlib, io, json, os, runpy, sys, torch
os.chdir(sys.argv[1])
files, sys.argv = sys.argv[2:], ["run"]
flat = lambda tensors: torch.cat([t.detach().reshape(-1) for t in tensors]).tolist()
for file in files:
    script = runpy.run_path(file, run_name="exported")
    network = script["Network"]()
    loss = script["J"](network, script["x"], script["y"])
    loss.backward()
    with contextlib.redirect_stdout(io.StringIO()):
        script["main"]()
    theta = flat(torch.load("network.pt").values())
    print(json.dumps({"version": int(torch.__version__.split(".")[0]), "loss": loss.item(), "gradient": flat([p.grad for p in network.parameters()]), "theta": theta}))
`;

interface Result {
  readonly version: number;
  readonly loss: number;
  readonly gradient: readonly number[];
  readonly theta: readonly number[];
}

it.runIf(python)(
  'gives the J, the gradients and the training of the file',
  () => {
    const files = conventionGoldens.map(({ network, data }, index) => {
      const fileName = `case${String(index)}.py`;
      const { script } = exportPyTorch(network, data, network.theta, { fileName });
      writeFileSync(join(folder, fileName), script);
      return fileName;
    });
    const lines = execFileSync(python ?? '', ['-W', 'ignore', '-c', driver, folder, ...files], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(lines.length).toBe(conventionGoldens.length);
    for (const [at, { name, network, loss, gradient, theta }] of conventionGoldens.entries()) {
      const theirs = JSON.parse(lines[at] ?? '') as Result;
      expect(apart([theirs.loss], [loss]), name).toBeLessThanOrEqual(1e-12);
      expect(apart(theirs.gradient, gradient), name).toBeLessThanOrEqual(1e-12);
      const { type } = network.training.optimizer;
      // That of PyTorch 1 is another one.
      if (type === 'nadam' && theirs.version < 2) continue;
      // A line search goes another way where J differs by rounding.
      expect(apart(theirs.theta, theta), name).toBeLessThanOrEqual(type === 'lbfgs' ? 1e-7 : 1e-10);
    }
  },
  120_000,
);
