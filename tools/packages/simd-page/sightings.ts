/** What kernels do that can be seen from without. */
export interface Sightings {
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

/** Watches the constructors of instances and of workers. Call it before the kernels are there. */
export function watch(): Sightings {
  const memories = new Set<unknown>();
  let handed: WebAssembly.Memory | undefined;
  let tasks = 0;
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
    ranOn: (memory) => memory !== undefined && memories.has(memory),
    isHanded: (memory) => memory !== undefined && memory === handed,
    tasks: () => tasks,
  };
}
