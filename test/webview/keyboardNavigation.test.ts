import { describe, expect, it } from 'vitest';
import { keyboardNavigation } from '../../webview/chain/keyboardNavigation';

/** 3-2-1; the last layer has no biases. */
const network = { layers: [layer(3, false), layer(2, true), layer(1, false)] } as never;

function layer(units: number, hasBiases: boolean) {
  return { units, hasBiases };
}

describe('walking from θ₂₃⁽¹⁾', () => {
  const from = { layer: 1, to: 2, from: 3 };
  it.each([
    ['ArrowLeft', { layer: 1, to: 2, from: 2 }],
    ['ArrowUp', { layer: 1, to: 1, from: 3 }],
    ['PageDown', { layer: 2, to: 1, from: 2 }],
    ['ArrowRight', undefined],
    ['ArrowDown', undefined],
    ['PageUp', undefined],
    ['Enter', undefined],
  ])('%s leads to %o', (key, to) => {
    expect(keyboardNavigation(network, from, key)).toEqual(to);
  });
});

it('leads to the biases where there are some, and past them where there are none', () => {
  expect(keyboardNavigation(network, { layer: 1, to: 1, from: 1 }, 'ArrowLeft')).toEqual({ layer: 1, to: 1, from: 0 });
  expect(keyboardNavigation(network, { layer: 1, to: 1, from: 0 }, 'ArrowLeft')).toBeUndefined();
  expect(keyboardNavigation(network, { layer: 2, to: 1, from: 1 }, 'ArrowLeft')).toBeUndefined();
  expect(keyboardNavigation(network, { layer: 1, to: 2, from: 0 }, 'PageDown')).toEqual({ layer: 2, to: 1, from: 1 });
});
