import { head } from './head.ts';
import { batchOfScenes } from './scenes.ts';
import { startBackend } from './start-backend.ts';
import { trainer } from './trainer.ts';
import { drawCurve, drawScenes, say } from './view.ts';

const STEPS = 80;

say('backend', await startBackend());
const scenes = batchOfScenes(8, 1);
const { step, best } = trainer(head(scenes.featureCount), scenes);
const losses: number[] = [];
for (let i = 1; i <= STEPS; i++) {
  losses.push(await step());
  say('step', `${i} of ${STEPS}`);
  say('loss', losses.at(-1)!.toFixed(4));
  drawCurve(losses, STEPS);
  // The page stays alive: a frame between steps.
  await new Promise(requestAnimationFrame);
}
drawScenes(scenes, await best());
say('status', `Trained: loss ${losses[0]!.toFixed(4)} at first, ${losses.at(-1)!.toFixed(4)} at last.`);
