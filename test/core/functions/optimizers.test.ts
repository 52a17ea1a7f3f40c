import { expect, test } from 'vitest';
import { OPTIMIZERS, pytorchOptimizer, type OptimizerName } from '../../../src/core/functions/optimizers';

/** Of the defaults at η = 0.01. PyTorch takes each as it stands, and reads the same constants from it. */
const TEXTS: Readonly<Record<OptimizerName, string>> = {
  gd: 'SGD(parameters, lr=0.01)',
  momentum: 'SGD(parameters, lr=0.01, momentum=0.9)',
  nesterov: 'SGD(parameters, lr=0.01, momentum=0.9, nesterov=True)',
  rmsprop: 'RMSprop(parameters, lr=0.01, alpha=0.9, eps=1e-8)',
  adagrad: 'Adagrad(parameters, lr=0.01, eps=1e-10)',
  adam: 'Adam(parameters, lr=0.01, betas=(0.9, 0.999), eps=1e-8)',
  adamw: 'AdamW(parameters, lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)',
  nadam: 'NAdam(parameters, lr=0.01, betas=(0.9, 0.999), eps=1e-8, momentum_decay=0.004)',
  rprop: 'Rprop(parameters, lr=0.01, etas=(0.5, 1.2), step_sizes=(0.000001, 50.0))',
  lbfgs:
    'LBFGS(parameters, lr=0.01, max_iter=int(20.0), history_size=int(100.0), tolerance_grad=1e-7, tolerance_change=1e-9, line_search_fn="strong_wolfe")',
};

test.each(Object.keys(OPTIMIZERS) as OptimizerName[])('%s is written as PyTorch has it', (type) => {
  expect(pytorchOptimizer({ type, learningRate: 0.01 })).toBe(`torch.optim.${TEXTS[type]}`);
});

test('constants that a file sets stand in place of the defaults', () => {
  expect(pytorchOptimizer({ type: 'adam', learningRate: 1, beta1: 0.5, epsilon: 0.001 })).toBe(
    'torch.optim.Adam(parameters, lr=1.0, betas=(0.5, 0.999), eps=0.001)',
  );
});
