// What users write, as text: it runs outside the repository, against the tarballs.

/** A training step with one strategy, on backend cpu. */
export const STEP = `
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers gradients
import { criterion } from '@equipoise/core';
import { focal } from '@equipoise/focal';
import { tensor1d, tensor2d, variableGrads, variable } from '@tensorflow/tfjs-core';
const logits = variable(tensor2d([[2, -1], [-1, 0.5], [0.5, 120], [-3, -120]]));
const labels = tensor1d([0, 1, 2, -1], 'int32');
const loss = criterion(focal());
const { value, grads } = variableGrads(() => loss.loss({ logits, labels }).total);
const numbers = [value, ...Object.values(grads)].flatMap((tensor) => [...tensor.dataSync()]);
if (numbers.length !== 9 || !numbers.every(Number.isFinite)) throw new Error(String(numbers));
if (!numbers.slice(1, 7).some((slope) => slope !== 0)) throw new Error('no gradient');
if (numbers[7] !== 0 || numbers[8] !== 0) throw new Error('an ignored sample has a gradient');
console.log(numbers[0].toFixed(4));
`;
