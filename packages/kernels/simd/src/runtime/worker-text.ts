/**
 * What a worker runs: plain JavaScript, as text, so that it needs no file of its own, neither in a package nor in a bundle. A task is one call
 * of one function of a module on the shared memory; its state and its result go to shared arrays, where the main thread waits for them.
 */
export const WORKER_TEXT = `
const start = (listen) => {
  const instances = new Map();
  let memory, states, results, self_;
  listen((message) => {
    if (message.states) {
      ({ states, results, self: self_ } = message);
      Atomics.store(states, self_, 0);
      return;
    }
    try {
      if (message.memory) { memory = message.memory; instances.clear(); }
      if (message.module) instances.set(message.id, new WebAssembly.Instance(message.module, { env: { memory } }).exports);
      results[self_] = Number(instances.get(message.id)[message.name](...message.args));
      Atomics.store(states, self_, 2);
    } catch {
      Atomics.store(states, self_, 3);
    }
    Atomics.notify(states, self_);
  });
};
if (typeof process === 'object' && process.versions && process.versions.node) {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  start((handle) => parentPort.on('message', (message) => { handle(message); if (message.states) parentPort.postMessage('ready'); }));
} else {
  start((handle) => { onmessage = ({ data }) => { handle(data); if (data.states) postMessage('ready'); }; });
}
`;
