import { parseNetworkFile } from '../format';
import { layerAt, type Network } from '../core/network';

/**
 * New initial weights for the network that `text` holds without an error, as its `init` and this seed draw them: what the
 * text would say without its `weights` and `biases`. Undefined where they cannot be drawn.
 */
export function randomWeights(text: string, network: Network, seed: number): Float64Array | undefined {
  const file = JSON.parse(text) as { layers: Record<string, unknown>[] };
  const layers = file.layers.map(({ weights: _, biases, ...layer }, l) => ({
    ...layer,
    units: layerAt(network, l + 1).units,
    ...(biases === false && { biases }),
  }));
  return parseNetworkFile(JSON.stringify({ layers, seed }), { fileName: '' }).network?.theta;
}
