/** The curves that a run is compared with. */
import { expect, it } from 'vitest';
import { RunLog } from '../../src/app/runLog';
import { parseNetworkFile } from '../../src/format';

const text = '{ "layers": [{ "units": 1 }, { "units": 1 }], "data": { "inputs": [[1]], "targets": [[0]] } }';

it('earlier runs are counted one by one, and keep their numbers when others follow or go on', () => {
  const { network, data } = parseNetworkFile(text, { fileName: 'a.nn.json' });
  if (!network || !data) throw new Error('the file has problems');
  const model = { revision: 1, network, data };
  const log = new RunLog();
  const run = (epoch: number, continues: boolean): void => {
    log.begin({ model, theta: network.theta, epoch }, continues);
    for (let k = 1; k <= 2; k++) log.series?.add({ epoch: epoch + k, loss: 1 / (epoch + k) });
  };
  run(0, false);
  run(2, true);
  run(0, false);
  expect(log.earlier.map(({ id }) => id)).toEqual([1]);
  run(0, false);
  run(2, true);
  log.clear();
  expect(log.earlier.map(({ id }) => id)).toEqual([1, 2, 3]);
});
