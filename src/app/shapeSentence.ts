import { parameterLayout, type Dataset, type Network } from '../core/network';
import { counted } from '../core/notation';

/** `2-2-2, 8 parameters, 1 sample` */
export function shapeSentence(network: Network, data: Dataset | undefined): string {
  const shape = network.layers.map(({ units }) => String(units)).join('-');
  const { count } = parameterLayout(network.layers);
  const held = data?.validation ? ` and ${String(data.validation.count)} held out` : '';
  const samples = data ? `${counted(data.training.count, 'sample')}${held}` : 'no data';
  return `${shape}, ${counted(count, 'parameter')}, ${samples}`;
}
