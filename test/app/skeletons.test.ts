import { expect, test } from 'vitest';
import { SKELETONS } from '../../src/app/skeletons';
import { parseNetworkFile } from '../../src/format';

test.each(SKELETONS.map(({ label, snippet }) => [label, snippet] as const))(
  '%s is a network without a problem',
  (label, snippet) => {
    const text = snippet.replace(/\$\{\d+:([^}]*)\}/g, '$1');
    const { network, data, problems } = parseNetworkFile(text, { fileName: 'new.nn.json' });
    expect(problems).toEqual([]);
    expect(data?.training.count).toBeGreaterThan(0);
    const [, shape] = /(\d(?:-\d)+)/.exec(label) ?? [];
    if (shape) expect(network?.layers.map(({ units }) => units).join('-')).toBe(shape);
  },
);
