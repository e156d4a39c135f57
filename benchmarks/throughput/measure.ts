import { criterion } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import { guestsOf, strategyOf } from '../training/roster.ts';
import { copyBandwidth } from './copy-bandwidth.ts';
import { deviceTime } from './device-time.ts';
import { factsOf } from './facts.ts';
import { finished } from './finished.ts';
import { type Inputs, inputsOf } from './inputs.ts';
import { medianTime } from './median-time.ts';
import { operations } from './operations.ts';
import type { Case, Implementation, Measured } from './row.ts';

/** Something to time: its tensors are the caller's. */
interface Way {
  readonly implementation: Implementation;
  readonly run: () => tf.Tensor[];
}

/**
 * Measures a case on the current backend, one implementation after the other; each is reported at once, so that what is measured stays
 * even if the next one ends the process.
 */
export async function measure(
  given: Case,
  onStart: (implementation: Implementation) => void,
  onResult: (measured: Measured) => void,
): Promise<void> {
  const inputs = inputsOf(given);
  const { ways, bytesRequired } =
    given.kind === 'strategy' ? await strategyWays(given, inputs) : operationWays(given, inputs);
  const copyBytesPerSecond = await copyBandwidth(given.backend);
  for (const { implementation, run } of ways) {
    onStart(implementation);
    const step = async (): Promise<void> => {
      const found = run();
      if (given.backend === 'webgpu') await finished();
      tf.dispose(found);
    };
    const wall = await medianTime(step, given);
    const device = given.backend === 'webgpu' ? await deviceTime(run, given) : undefined;
    const times = device?.times ?? wall;
    const { peakBytes } = await tf.profile(() => {
      tf.dispose(run());
    });
    const seconds = times.medianMs / 1e3;
    onResult({
      implementation,
      ...times,
      wallMs: device?.times ? wall.medianMs : null,
      bytesMoved: device?.bytes ?? null,
      dispatches: device?.dispatches ?? null,
      anchorsPerSecond: given.anchors / seconds,
      bytesRequired,
      copyBytesPerSecond,
      copyShare: bytesRequired / seconds / copyBytesPerSecond,
      ratioToComposed: null,
      peakBytes: Number.isFinite(peakBytes) ? peakBytes : null,
    });
  }
}

/** The loss of a step and its gradients. */
async function strategyWays(
  { work, classes, kernels, with: modules }: Case,
  inputs: Inputs,
): Promise<{ readonly ways: Way[]; readonly bytesRequired: number }> {
  const strategy = strategyOf(work, await guestsOf(modules), factsOf(classes));
  const objective = criterion(strategy);
  const { boxes: _boxes, truths: _truths, ...samples } = inputs;
  const step = tf.valueAndGrads(
    (logits: tf.Tensor, deltas: tf.Tensor) =>
      objective.loss({ ...samples, logits: logits as tf.Tensor2D, deltas: deltas as tf.Tensor2D }).total,
  );
  const run = (): tf.Tensor[] =>
    tf.tidy(() => {
      const { value, grads } = step([samples.logits, samples.deltas]);
      return [value, ...grads];
    });
  const fields = new Set([...strategy.needs, 'logits', 'labels', 'deltas', 'deltaTargets'] as const);
  const read = [...fields].reduce(
    (sum, name) => sum + bytesOf((samples as Partial<Inputs>)[name as 'logits']),
    0,
  );
  const written = bytesOf(samples.logits) + bytesOf(samples.deltas);
  const implementation = kernels === 'none' ? 'default' : kernels;
  return { ways: [{ implementation, run }], bytesRequired: read + written };
}

/** Each implementation that the backend can run. */
function operationWays(
  { work, backend, kernels }: Case,
  given: Inputs,
): { readonly ways: Way[]; readonly bytesRequired: number } {
  const { operation, inputs, attributes, outputBytes } = operations[work]!(given);
  const { composed, host, operationName } = operation;
  const of = (run: typeof composed) => (): tf.Tensor[] => tf.tidy(() => [run(inputs, attributes)].flat());
  const ways: Way[] = [];
  if (kernels === 'fused' && tf.getKernel(operationName, backend)) {
    const fused = () => tf.engine().runKernel(operationName, inputs, attributes);
    ways.push({ implementation: 'fused', run: of(fused) });
  }
  if (host && backend !== 'webgpu') ways.push({ implementation: 'host', run: of(host) });
  ways.push({ implementation: 'composed', run: of(composed) });
  const read = Object.values(inputs).reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  return { ways, bytesRequired: read + outputBytes };
}

function bytesOf(tensor: tf.Tensor | undefined): number {
  return tensor ? 4 * tensor.size : 0;
}
