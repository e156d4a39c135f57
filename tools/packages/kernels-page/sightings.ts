import * as tf from '@tensorflow/tfjs-core';

/** What kernels do that can be seen from without. */
export interface Sightings {
  /** The kernels that ran so far, tfjs's own among them. */
  kernels(): readonly string[];
  /** Whether a module was instantiated on the memory by this thread. */
  ranOn(memory: WebAssembly.Memory | undefined): boolean;
  /** Whether it is the memory that workers were handed last. */
  isHanded(memory: WebAssembly.Memory | undefined): boolean;
  /** How many calls workers were handed so far. */
  tasks(): number;
}

/** What a worker of ours is sent for a call: the memory only where it is another one. */
interface Task {
  readonly name?: string;
  readonly args?: readonly number[];
  readonly memory?: WebAssembly.Memory;
}

/** Watches tfjs's engine and the constructors of instances and workers. Call it before kernels are there. */
export function watch(): Sightings {
  const kernels: string[] = [];
  const memories = new Set<unknown>();
  let handed: WebAssembly.Memory | undefined;
  let tasks = 0;
  const engine = tf.engine();
  const runKernel = engine.runKernel.bind(engine);
  engine.runKernel = (name, inputs, attributes) => {
    kernels.push(name);
    return runKernel(name, inputs, attributes);
  };
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
      memories.add(imports['env']?.['memory']);
      return new target(module, imports);
    },
  });
  globalThis.Worker = class extends Worker {
    override postMessage(message: Task, ...rest: unknown[]): void {
      // tfjs's own workers are sent other messages.
      if (message.name !== undefined && message.args !== undefined) {
        tasks += 1;
        handed = message.memory ?? handed;
      }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A worker has no origin to name.
      super.postMessage(message, ...(rest as []));
    }
  };
  return {
    kernels: () => kernels,
    ranOn: (memory) => memory !== undefined && memories.has(memory),
    isHanded: (memory) => memory !== undefined && memory === handed,
    tasks: () => tasks,
  };
}
