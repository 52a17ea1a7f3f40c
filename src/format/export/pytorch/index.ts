/** Network, data and training as a PyTorch script that computes the same: for those who outgrow one machine. */

import { pythonNumber } from '../../../core/functions';
import { pytorchOptimizer } from '../../../core/functions/optimizers';
import { layerAt, parameterLayout, type Dataset, type Network, type Samples } from '../../../core/network';
import { jsonString, printable } from '../../../core/printable';
import { activationOf, dataLossOf, fromLogits, penaltyOf } from './pieces';
import { Tensors } from './tensors';

export interface PyTorchExport {
  readonly script: string;
  /** The file that the script reads from its own folder; undefined where it has all numbers in itself. */
  readonly data: { readonly name: string; readonly bytes: Uint8Array } | undefined;
}

export interface PyTorchOptions {
  /** The name of the script's file: `toy.py`. */
  readonly fileName: string;
  /** True where there can be no file beside it, however many numbers there are. */
  readonly alone?: boolean;
}

/**
 * A script that runs by itself (PyTorch 1.13 or later; on a GPU where there is one; under `torchrun` on several) with the
 * parameters `theta`. `--gradients` prints J and every ∂J/∂θ as JSON instead of training. Of the file's words the script holds
 * the name alone, as a comment: below the lines in which Python looks for an encoding and editors for their settings, and
 * as one line.
 */
export function exportPyTorch(
  network: Network,
  data: Dataset,
  theta: Float64Array,
  { fileName, alone = false }: PyTorchOptions,
): PyTorchExport {
  const { training, validation } = data;
  const held = validation?.count ? validation : undefined;
  const count = theta.length + sizeOf(training) + (held ? sizeOf(held) : 0);
  const tensors = new Tensors(count, alone);
  const body = [
    model(network, theta, tensors),
    samples(network, training, held, tensors),
    loss(network),
    run(network, held),
  ];
  const bytes = tensors.file();
  const file = bytes && { name: `${fileName.replace(/\.py$/i, '')}.bin`, bytes };
  return { script: [head(network, fileName, file?.name), ...body].join('\n\n\n') + '\n', data: file };
}

function sizeOf({ inputs, targets }: Samples): number {
  return inputs.length + targets.length;
}

function head({ name, seed }: Network, fileName: string, dataName: string | undefined): string {
  const read =
    dataName === undefined
      ? ''
      : `
# All numbers of this script: float64, the lowest byte first.
stored = torch.frombuffer(bytearray(Path(__file__).with_name(${jsonString(dataName)}).read_bytes()), dtype=torch.float64)`;
  const file = shellWord(fileName);
  return `# -*- coding: utf-8 -*-
# Exported by Gradient Inspector, for PyTorch 1.13 or later.
#
# Train:
#   python ${file}
# Print J and every dJ/dtheta as JSON:
#   python ${file} --gradients
# Train in 4 processes (before PyTorch 2.0 the option has underscores, from 2.0 on --nproc-per-node is the same):
#   torchrun --nproc_per_node=4 ${file}
# The same where there is no torchrun on the path:
#   python -m torch.distributed.run --nproc_per_node=4 ${file}
#
# Network: ${printable(name)}
import json
import os
import sys
${dataName === undefined ? '' : 'from pathlib import Path\n'}
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(${String(seed)})${read}`;
}

/** A file's name as a shell takes it for one word, in a single line. */
function shellWord(name: string): string {
  const line = printable(name);
  return /^[\w.,:+@%/-]+$/.test(line) && !line.startsWith('-') ? line : `'${line.replaceAll("'", `'\\''`)}'`;
}

function model(network: Network, theta: Float64Array, tensors: Tensors): string {
  const layout = parameterLayout(network.layers);
  const last = network.layers.length;
  const parts = layout.layers.map(({ rows, columns, weights, biases }, l) => {
    const { activation, frozenWeights, frozenBiases } = layerAt(network, l + 2);
    const self = `self.layer${String(l + 1)}`;
    const bias = biases < 0 ? ', bias=False' : '';
    const number = String(l + 1);
    const tensor = (kind: string, values: Float64Array, width?: number) => ({
      define: `${kind}${number} = ${tensors.add(values, width)}`,
      copy: `${self}.${kind}.copy_(${kind}${number})`,
    });
    const values = [
      tensor('weight', theta.subarray(weights, weights + rows * columns), columns),
      ...(biases < 0 ? [] : [tensor('bias', theta.subarray(biases, biases + rows))]),
    ];
    const a = l + 2 === last && fromLogits(network) ? `${self}(a)` : activationOf(activation, `${self}(a)`);
    return {
      linear: `${self} = nn.Linear(${String(columns)}, ${String(rows)}${bias})`,
      values,
      forward: `a = ${a}`,
      frozen: [...(frozenWeights ? [`${self}.weight`] : []), ...(frozenBiases && biases >= 0 ? [`${self}.bias`] : [])],
    };
  });
  const note = fromLogits(network) ? '  # z of the output layer: the loss is computed from it' : '';
  return `${parts.flatMap(({ values }) => values.map(({ define }) => define)).join('\n')}


class Network(nn.Module):
    def __init__(self):
        super().__init__()
${parts.map(({ linear }) => `        ${linear}`).join('\n')}
        with torch.no_grad():
${parts.flatMap(({ values }) => values.map(({ copy }) => `            ${copy}`)).join('\n')}

    def forward(self, a):
${parts.map(({ forward }) => `        ${forward}`).join('\n')}
        return a${note}

    def frozen(self):
        return [${parts.flatMap(({ frozen }) => frozen).join(', ')}]`;
}

function samples({ layers }: Network, training: Samples, held: Samples | undefined, tensors: Tensors): string {
  const [inputs, outputs] = [layers[0]?.units ?? 1, layers.at(-1)?.units ?? 1];
  const lines = [
    `x = ${tensors.add(training.inputs, inputs)}`,
    `y = ${tensors.add(training.targets, outputs)}`,
    ...(held ? [`held_x = ${tensors.add(held.inputs, inputs)}`, `held_y = ${tensors.add(held.targets, outputs)}`] : []),
  ];
  return lines.join('\n');
}

function loss(network: Network): string {
  const penalty = penaltyOf(network);
  const layers = network.layers.slice(1).map((_, l) => `network.layer${String(l + 1)}`);
  return `def data_loss(output, y):
    return ${dataLossOf(network)}


def penalty(network):${penalty === undefined ? '\n    return 0.0' : `\n    layers = [${layers.join(', ')}]\n    return ${penalty}`}


def J(network, x, y):
    return data_loss(network(x), y) + penalty(network)


def print_gradients(network):
    loss = J(network, x, y)
    loss.backward()
    gradients = {name: parameter.grad.tolist() for name, parameter in network.named_parameters()}
    print(json.dumps({"loss": loss.item(), "gradients": gradients}))`;
}

function run({ training }: Network, held: Samples | undefined): string {
  const { optimizer, epochs, batchSize, shuffle, stop } = training;
  const rules = [
    ...(stop.loss === undefined ? [] : [`        if loss <= ${pythonNumber(stop.loss)}:\n            break`]),
    ...(stop.patience === undefined
      ? []
      : [
          `        best, since = (watched, 0) if watched < best else (best, since + 1)\n        if since >= ${String(stop.patience)}:\n            break`,
        ]),
  ];
  const gradientNorm =
    stop.gradientNorm === undefined
      ? ''
      : `
        network.zero_grad()
        J(network, x, y).backward()
        if torch.sqrt(sum((p.grad**2).sum() for p in parameters)) <= ${pythonNumber(stop.gradientNorm)}:
            break`;
  const order =
    shuffle && batchSize !== 'full' ? 'torch.randperm(len(x), generator=generator)' : 'torch.arange(len(x))';
  return `def main():
    global x, y${held ? ', held_x, held_y' : ''}
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    cuda = torch.cuda.is_available()
    if world > 1:
        dist.init_process_group("nccl" if cuda else "gloo")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    network = Network().to(device)
    x, y = x.to(device), y.to(device)${held ? '\n    held_x, held_y = held_x.to(device), held_y.to(device)' : ''}
    if "--gradients" in sys.argv:
        print_gradients(network)
        return
    frozen = {id(parameter) for parameter in network.frozen()}
    parameters = [parameter for parameter in network.parameters() if id(parameter) not in frozen]
    optimizer = ${pytorchOptimizer(optimizer)}
    # The order of the rows is PyTorch's own; everything else is the inspector's.
    generator = torch.Generator().manual_seed(torch.initial_seed())
    size = ${batchSize === 'full' ? 'len(x)' : String(batchSize)}
    epochs = ${String(epochs)}${stop.patience === undefined ? '' : '\n    best, since = float("inf"), 0'}
    for epoch in range(epochs + 1):
        with torch.no_grad():
            loss = J(network, x, y).item()
            watched = ${held ? 'data_loss(network(held_x), held_y).item()' : 'loss'}
        if rank == 0 and (epoch % max(1, epochs // 20) == 0 or epoch == epochs):
            print(f"epoch {epoch}: J = {loss:.9g}${held ? ', validation = {watched:.9g}' : ''}")
        if epoch == epochs:
            break
${rules.length > 0 ? `${rules.join('\n')}\n` : ''}        for batch in ${order}.split(size):
            # Each process takes its share of the batch; the sum of their gradients is the whole batch's.
            share = batch[rank::world].to(device)
            optimizer.zero_grad()
            if len(share) > 0:
                (data_loss(network(x[share]), y[share]) * (len(share) / len(batch))).backward()
            if world > 1:
                for parameter in parameters:
                    if parameter.grad is None:
                        parameter.grad = torch.zeros_like(parameter)
                    dist.all_reduce(parameter.grad)
            regularization = penalty(network)
            if torch.is_tensor(regularization):
                regularization.backward()
            optimizer.step()${gradientNorm}
    if rank == 0:
        torch.save(network.state_dict(), "network.pt")
        print("weights saved to network.pt")
    if world > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()`;
}
