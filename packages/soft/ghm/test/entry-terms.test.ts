import { entryFormula, pointwiseLoss } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { grad, setBackend, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { entryTerms } from '../src/entry-terms.ts';
import { numbers } from './backends.ts';

await setBackend('cpu');

const values = [-87, -80, -40, -17, -5, -0.3, -1e-4, 0, 1e-4, 0.3, 5, 17, 40, 80, 87].map(Math.fround);
const logits = tensor2d(values, [values.length, 1]);

// A label that is the only column, and background.
test.each([0, 1])('cross-entropy and its gradient keep their digits at any logit, label %i', (label) => {
  const formula = entryFormula({
    inputs: { logits: 'entry', labels: 'row' },
    loss: (given) => entryTerms(given.logits, given.labels).crossEntropy,
  });
  const labels = tensor1d(
    values.map(() => label),
    'int32',
  );
  const [losses, gradient] = tidy(() => {
    const ofEach = (x: Tensor): Tensor => pointwiseLoss(formula, { logits: x, labels });
    return [numbers(ofEach(logits)), numbers(grad(ofEach)(logits))];
  });
  const sign = label === 0 ? -1 : 1;
  for (const [i, z] of values.entries()) {
    const against = sign * z;
    const loss = Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against)));
    expect(losses[i]! / loss).toBeCloseTo(1, 5);
    expect((gradient[i]! * (1 + Math.exp(-against))) / sign).toBeCloseTo(1, 5);
  }
});

test('the norm is rounded as the reference rounds it', () => {
  const formula = entryFormula({
    inputs: { logits: 'entry', labels: 'row' },
    loss: (given) => entryTerms(given.logits, given.labels).norm,
  });
  const f = Math.fround;
  const within = values.filter((z) => Math.abs(z) < 87);
  for (const label of [0, 1]) {
    const labels = tensor1d(
      within.map(() => label),
      'int32',
    );
    const got = tidy(() =>
      numbers(pointwiseLoss(formula, { logits: tensor2d(within, [within.length, 1]), labels })),
    );
    const wanted = within.map((z) => f(Math.abs(f(f(1 / f(1 + f(Math.exp(-z)))) - (label === 0 ? 1 : 0)))));
    expect(got).toEqual(wanted);
  }
});
