// One case in a process of its own: told by a message, answers by one.
import { useBackend } from '../backends/index.ts';
import { measure } from './measure.ts';
import type { Case } from './row.ts';

process.once('message', (given: Case) => {
  run(given).then(
    (rows) => send({ rows }),
    (error: unknown) => send({ error: error instanceof Error ? error.message : String(error) }),
  );
});

async function run(given: Case) {
  const { backend, threads } = given;
  const running = await useBackend(backend, threads === undefined ? {} : { threads });
  const rows = await measure(given);
  await running.close();
  return rows;
}

function send(message: object): void {
  process.send?.(message, () => process.disconnect());
}
