import type { PoolWorker } from './pool.ts';

/** Starts a worker of Node or of the browser on a text. Throws where there are none. */
export function startWorker(text: string): PoolWorker {
  return isNode() ? startNodeWorker(text) : startWebWorker(text);
}

interface NodeWorker {
  postMessage(message: object): void;
  on(event: 'message' | 'error' | 'exit', handle: (value: unknown) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface NodeProcess {
  readonly versions?: { readonly node?: string };
  getBuiltinModule?(name: string): {
    readonly Worker: new (text: string, options: { eval: true; execArgv: string[] }) => NodeWorker;
  };
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { readonly process?: NodeProcess }).process;
}

function isNode(): boolean {
  return nodeProcess()?.versions?.node !== undefined;
}

function startNodeWorker(text: string): PoolWorker {
  // Not by import, which a bundler for browsers would refuse.
  const { Worker } = nodeProcess()!.getBuiltinModule!('node:worker_threads');
  // The process's own flags (--input-type, --import, …) would change what the text means.
  const worker = new Worker(text, { eval: true, execArgv: [] });
  return {
    // A worker has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    post: (message) => worker.postMessage(message),
    onMessage: (handle) => {
      worker.on('message', () => {
        // It has started: from now on a process whose work is done may end.
        worker.unref();
        handle();
      });
    },
    onError: (handle) => {
      worker.on('error', (error) => handle(String(error)));
      worker.on('exit', (code) => handle(`exit code ${String(code)}`));
    },
    end: () => void worker.terminate(),
  };
}

const BLOCKED = 'one that may not load: a content security policy must allow blob: in worker-src';

function startWebWorker(text: string): PoolWorker {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return {
    // A worker has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    post: (message) => worker.postMessage(message),
    onMessage: (handle) => worker.addEventListener('message', handle),
    onError: (handle) => {
      // The event has a message only where the worker ran, not where it was kept from loading.
      worker.addEventListener('error', ({ message }: Partial<ErrorEvent>) => handle(message ?? BLOCKED));
    },
    end: () => worker.terminate(),
  };
}
