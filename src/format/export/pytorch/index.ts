/** Network, data and training as a PyTorch script that computes the same: for those who outgrow one machine. */

import { OPTIMIZERS, pythonNumber } from '../../../core/functions';
import { pytorchOptimizer } from '../../../core/functions/optimizers';
import { pytorchSchedule } from '../../../core/functions/schedules';
import { layerAt, parameterLayout, type Dataset, type Frozen, type Network, type Samples } from '../../../core/network';
import { jsonString, printable } from '../../../core/printable';
import { activationExpression, dataLossOf, fromLogits, linearOf, penaltyOf, shareOf } from './pieces';
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
  const count = theta.length + maskSize(network) + sizeOf(training) + (held ? sizeOf(held) : 0);
  const tensors = new Tensors(count, alone);
  const body = [
    model(network, theta, tensors),
    samples(network, training, held, tensors),
    loss(network, training.weights !== undefined),
    run(network, training, held),
  ];
  const bytes = tensors.file();
  const file = bytes && { name: `${fileName.replace(/\.py$/i, '')}.bin`, bytes };
  return { script: [head(network, fileName, file?.name), ...body].join('\n\n\n') + '\n', data: file };
}

function sizeOf({ inputs, targets, weights }: Samples): number {
  return inputs.length + targets.length + (weights?.length ?? 0);
}

/** Numbers that say which single entries are frozen. */
function maskSize({ layers }: Network): number {
  const size = (frozen: Frozen): number => (typeof frozen === 'boolean' ? 0 : frozen.length);
  return layers.reduce((sum, layer) => sum + size(layer.frozenWeights) + size(layer.frozenBiases), 0);
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
    const layer = layerAt(network, l + 2);
    const { activation, frozenWeights, frozenBiases } = layer;
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
    const z = linearOf(self, layer);
    const a = l + 2 === last && fromLogits(network) ? z : activationExpression(activation, z);
    const parts = [
      { tensor: `${self}.weight`, name: `frozen_weight${number}`, frozen: frozenWeights, width: columns },
      ...(biases < 0 ? [] : [{ tensor: `${self}.bias`, name: `frozen_bias${number}`, frozen: frozenBiases }]),
    ];
    return {
      linear: `${self} = nn.Linear(${String(columns)}, ${String(rows)}${bias})`,
      values,
      forward: `a = ${a}`,
      frozen: parts.flatMap(({ tensor, frozen }) => (frozen === true ? [tensor] : [])),
      masks: parts.flatMap(({ tensor, name, frozen, width }) =>
        typeof frozen === 'boolean'
          ? []
          : [{ tensor, name, define: `${name} = ${tensors.add(Float64Array.from(frozen), width)} == 1` }],
      ),
    };
  });
  const masks = parts.flatMap((part) => part.masks);
  const note = fromLogits(network) ? '  # z of the output layer: the loss is computed from it' : '';
  const defined = [...parts.flatMap(({ values }) => values), ...masks].map(({ define }) => define);
  return `${defined.join('\n')}


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
        return [${parts.flatMap(({ frozen }) => frozen).join(', ')}]${
          masks.length === 0
            ? ''
            : `

    def masks(self):
        return [${masks.map(({ tensor, name }) => `(${tensor}, ${name}.to(${tensor}.device))`).join(', ')}]`
        }`;
}

function samples({ layers }: Network, training: Samples, held: Samples | undefined, tensors: Tensors): string {
  const [inputs, outputs] = [layers[0]?.units ?? 1, layers.at(-1)?.units ?? 1];
  const lines = [
    `x = ${tensors.add(training.inputs, inputs)}`,
    `y = ${tensors.add(training.targets, outputs)}`,
    ...(training.weights ? [`weights = ${tensors.add(training.weights)}`] : []),
    ...(held ? [`held_x = ${tensors.add(held.inputs, inputs)}`, `held_y = ${tensors.add(held.targets, outputs)}`] : []),
    ...(held?.weights ? [`held_weights = ${tensors.add(held.weights)}`] : []),
  ];
  return lines.join('\n');
}

function loss(network: Network, weighted: boolean): string {
  const penalty = penaltyOf(network);
  const { biases, perSample } = network.regularization;
  const penalized = network.layers.slice(1).flatMap(({ hasBiases }, l) => {
    const layer = `network.layer${String(l + 1)}`;
    return [`${layer}.weight`, ...(biases && hasBiases ? [`${layer}.bias`] : [])];
  });
  const body =
    penalty === undefined ? '\n    return 0.0' : `\n    penalized = [${penalized.join(', ')}]\n    return ${penalty}`;
  return `def data_loss(output, y${weighted ? ', weights' : ''}):
    return ${dataLossOf(network, weighted)}


def penalty(network${perSample ? ', rows' : ''}):${body}


def J(network, x, y):
    return data_loss(network(x), y${weighted ? ', weights' : ''}) + penalty(network${perSample ? ', len(x)' : ''})


def print_gradients(network):
    loss = J(network, x, y)
    loss.backward()
    gradients = {name: parameter.grad.tolist() for name, parameter in network.named_parameters()}
    print(json.dumps({"loss": loss.item(), "gradients": gradients}))`;
}

function run(network: Network, { weights }: Samples, held: Samples | undefined): string {
  const { optimizer, schedule, epochs, batchSize, shuffle, stop, clipNorm, clipValue, maxNorm } = network.training;
  const weighted = weights !== undefined;
  const of = (rows: string): string => (weighted ? `, weights[${rows}]` : '');
  const masked = network.layers.some(({ frozenWeights, frozenBiases }) =>
    [frozenWeights, frozenBiases].some((frozen) => typeof frozen !== 'boolean'),
  );
  const unmask = (indent: string): string =>
    masked ? `\n${indent}for parameter, mask in network.masks():\n${indent}    parameter.grad[mask] = 0.0` : '';
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
        J(network, x, y).backward()${unmask('        ')}
        if torch.sqrt(sum((p.grad**2).sum() for p in parameters)) <= ${pythonNumber(stop.gradientNorm)}:
            break`;
  const order =
    shuffle && batchSize !== 'full' ? 'torch.randperm(len(x), generator=generator)' : 'torch.arange(len(x))';
  // An optimizer that searches asks for J and the gradient as often as it likes.
  const searches = OPTIMIZERS[optimizer.type].kind === 'search';
  const step = `            optimizer.zero_grad()
${searches ? '            loss = torch.zeros(())\n' : ''}            if len(share) > 0:
                ${searches ? 'loss = ' : '('}data_loss(network(x[share]), y[share]${of('share')})${shareOf(network, weighted)}${searches ? '\n                loss' : ')'}.backward()
            if world > 1:
                for parameter in parameters:
                    if parameter.grad is None:
                        parameter.grad = torch.zeros_like(parameter)
                    dist.all_reduce(parameter.grad)${searches ? '\n                loss = loss.detach()\n                dist.all_reduce(loss)' : ''}
            regularization = penalty(network${network.regularization.perSample ? ', len(batch)' : ''})
            if torch.is_tensor(regularization):
                regularization.backward()${unmask('            ')}${searches ? '\n            return loss + regularization' : ''}`;
  const trainedLayers = network.layers
    .slice(1)
    .flatMap(({ frozenWeights }, l) => (frozenWeights === true ? [] : [l + 1]));
  const clip = [
    ...(clipValue === undefined ? [] : [`torch.nn.utils.clip_grad_value_(parameters, ${pythonNumber(clipValue)})`]),
    ...(clipNorm === undefined ? [] : [`torch.nn.utils.clip_grad_norm_(parameters, ${pythonNumber(clipNorm)})`]),
    ...(masked ? ['kept = [parameter.detach().clone() for parameter, _ in network.masks()]'] : []),
  ];
  const after = [
    ...(maxNorm === undefined
      ? []
      : [
          `for layer in [${trainedLayers.map((number) => `network.layer${String(number)}`).join(', ')}]:`,
          `    layer.weight.copy_(torch.renorm(layer.weight, 2, 0, ${pythonNumber(maxNorm)}))`,
        ]),
    ...(masked ? ['for (parameter, mask), old in zip(network.masks(), kept):', '    parameter[mask] = old[mask]'] : []),
  ];
  const lines = (all: readonly string[], indent: string): string => all.map((line) => `${indent}${line}\n`).join('');
  const limit =
    after.length === 0 ? '' : `\n            with torch.no_grad():\n${lines(after, '                ').trimEnd()}`;
  const [tensors, heldTensors] = [
    weighted ? 'x, y, weights' : 'x, y',
    weighted ? 'held_x, held_y, held_weights' : 'held_x, held_y',
  ];
  const toDevice = (names: string): string =>
    `${names} = ${names
      .split(', ')
      .map((name) => `${name}.to(device)`)
      .join(', ')}`;
  return `def main():
    global ${tensors}${held ? `, ${heldTensors}` : ''}
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    cuda = torch.cuda.is_available()
    if world > 1:
        dist.init_process_group("nccl" if cuda else "gloo")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    network = Network().to(device)
    ${toDevice(tensors)}${held ? `\n    ${toDevice(heldTensors)}` : ''}
    if "--gradients" in sys.argv:
        print_gradients(network)
        return
    frozen = {id(parameter) for parameter in network.frozen()}
    parameters = [parameter for parameter in network.parameters() if id(parameter) not in frozen]
    optimizer = ${pytorchOptimizer(optimizer)}${schedule ? `\n    schedule = ${pytorchSchedule(schedule)}` : ''}
    # The order of the rows is PyTorch's own; everything else is the inspector's.
    generator = torch.Generator().manual_seed(torch.initial_seed())
    size = ${batchSize === 'full' ? 'len(x)' : String(batchSize)}
    epochs = ${String(epochs)}${stop.patience === undefined ? '' : '\n    best, since = float("inf"), 0'}
    for epoch in range(epochs + 1):
        with torch.no_grad():
            loss = J(network, x, y).item()
            watched = ${held ? `data_loss(network(held_x), held_y${weighted ? ', held_weights' : ''}).item()` : 'loss'}
        if rank == 0 and (epoch % max(1, epochs // 20) == 0 or epoch == epochs):
            print(f"epoch {epoch}: J = {loss:.9g}${held ? ', validation = {watched:.9g}' : ''}")
        if epoch == epochs:
            break
${rules.length > 0 ? `${rules.join('\n')}\n` : ''}        for batch in ${order}.split(size):
            # Each process takes its share of the batch; the sum of their gradients is the whole batch's.
            share = batch[rank::world].to(device)
${searches ? step.replace(/^(?=.)/gm, '    ').replace(/^/, '            def closure():\n') : step}
${lines(clip, '            ')}            optimizer.step(${searches ? 'closure' : ''})${limit}${schedule ? '\n        schedule.step()' : ''}${gradientNorm}
    if rank == 0:
        torch.save(network.state_dict(), "network.pt")
        print("weights saved to network.pt")
    if world > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()`;
}
