// One case in a process of its own: told by a message, answers by messages.
import { useBackend } from '../backends/index.ts';
import { measure } from './measure.ts';
import type { Case } from './row.ts';

process.once('message', (given: Case) => {
  run(given).then(
    () => send({ done: true }, true),
    (error: unknown) => send({ error: error instanceof Error ? error.message : String(error) }, true),
  );
});

async function run(given: Case): Promise<void> {
  const { backend, threads } = given;
  const running = await useBackend(backend, threads === undefined ? {} : { threads });
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
