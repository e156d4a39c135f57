// One case in a process of its own: told by a message, answers by messages.
import { useBackend } from '../backends/index.ts';
import { measure } from './measure.ts';
import type { Case } from './row.ts';
import { useComposed } from './use-composed.ts';
import { useFused, withThreads } from './use-fused.ts';

process.once('message', (given: Case) => {
  run(given).then(
    () => send({ done: true }, true),
    (error: unknown) => send({ error: error instanceof Error ? error.message : String(error) }, true),
  );
});

async function run(given: Case): Promise<void> {
  const { backend, threads, kernels } = given;
  const running = await useBackend(backend, withThreads(backend, kernels === 'fused', threads));
  if (kernels === 'fused') await useFused(backend, threads ?? 1);
  // On a device nothing else is there without kernels; and the counting of bytes brings them.
  if (kernels === 'composed' || (kernels === 'none' && backend === 'webgpu')) useComposed(backend);
  await measure(
    given,
    (started) => send({ started }),
    (measured) => send({ measured }),
  );
  await running.close();
}

function send(message: object, last = false): void {
  process.send?.(message, () => {
    if (last) process.disconnect();
  });
}
