// One training run in a process of its own: told by a message, reports by messages.
import { useBackend } from '../backends/index.ts';
import { dataFacts } from './data-facts.ts';
import type { Job } from './job.ts';
import { loadScenes } from './load-scenes.ts';
import { guestsOf, strategyOf } from './roster.ts';
import { train } from './train.ts';

process.once('message', (job: Job) => {
  run(job).then(
    (result) => send({ result }),
    (error: unknown) => send({ error: error instanceof Error ? error.message : String(error) }),
  );
});

async function run({ strategy, seed, settings }: Job) {
  // One thread each: the cores are shared out among the workers.
  const backend = await useBackend(settings.backend, { threads: 1 });
  const guests = await guestsOf(settings.with);
  const scenes = await loadScenes(settings);
  return train(
    {
      strategy: strategyOf(strategy, guests, dataFacts(scenes)),
      title: strategy,
      scenes,
      seed,
      steps: settings.steps,
      batch: settings.batch,
      prior: settings.prior,
      backend: backend.name,
    },
    (progress) => send({ progress }, false),
  );
}

function send(message: object, last = true): void {
  process.send?.(message, () => {
    if (last) process.disconnect();
  });
}
