import type { Output, Outputs } from '@equipoise/testkit';
import { keep, Tensor, tidy } from '@tensorflow/tfjs-core';

/** Outputs of which some still lie on the device. */
export type Pending = Output | Tensor | Later | readonly Pending[] | PendingOutputs;
/** Pending outputs by name. */
export interface PendingOutputs {
  readonly [name: string]: Pending;
}

/** An output that is made from the values of tensors, once they are read. */
export class Later {
  readonly tensors: readonly Tensor[];
  readonly make: (...values: number[][]) => Output;

  constructor(tensors: readonly Tensor[], make: (...values: number[][]) => Output) {
    this.tensors = tensors;
    this.make = make;
  }
}

/** Runs a computation in a tidy scope and reads its outputs without blocking, as webgpu demands. */
export async function scoped(run: () => PendingOutputs): Promise<Outputs> {
  let pending: PendingOutputs = {};
  tidy(() => {
    pending = run();
    for (const tensor of tensorsOf(pending)) keep(tensor);
  });
  const outputs = (await read(pending)) as Outputs;
  for (const tensor of tensorsOf(pending)) tensor.dispose();
  return outputs;
}

function tensorsOf(pending: Pending): Tensor[] {
  if (pending instanceof Tensor) return [pending];
  if (pending instanceof Later) return [...pending.tensors];
  if (pending === null || typeof pending !== 'object' || ArrayBuffer.isView(pending)) return [];
  return (Object.values(pending) as Pending[]).flatMap(tensorsOf);
}

async function read(pending: Pending): Promise<Output> {
  if (pending instanceof Tensor) return pending.size === 0 ? emptyOf(pending.shape) : await pending.array();
  if (pending instanceof Later) {
    const values = await Promise.all(pending.tensors.map(async (tensor) => [...(await tensor.data())]));
    return pending.make(...values);
  }
  if (pending === null || typeof pending !== 'object' || ArrayBuffer.isView(pending))
    return pending as Output;
  if (Array.isArray(pending)) return Promise.all((pending as readonly Pending[]).map(read));
  const entries = Object.entries(pending as PendingOutputs);
  return Object.fromEntries(
    await Promise.all(entries.map(async ([name, part]) => [name, await read(part)] as const)),
  );
}

/** Empty lists at the nesting of a shape, which tfjs flattens to one. */
function emptyOf([rows = 0, ...rest]: readonly number[]): Output {
  return Array.from({ length: rows }, () => emptyOf(rest));
}
