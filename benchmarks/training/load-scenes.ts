import { digitScenes } from './digits.ts';
import type { Settings } from './job.ts';
import { folderScenes, type Scenes } from './scenes.ts';

/** The data of a comparison: the digits, or a folder. */
export async function loadScenes({
  data,
  classes,
  trainSplits,
  evaluationSplits,
}: Settings): Promise<Scenes> {
  if (data !== 'digits') {
    return folderScenes({
      data,
      train: trainSplits,
      evaluation: evaluationSplits,
      ...(classes.length > 0 ? { classes } : {}),
    });
  }
  const digits = new Set(Array.from({ length: 10 }, (_, i) => String(i)));
  const unknown = classes.find((name) => name !== 'digit' && !digits.has(name));
  if (unknown !== undefined)
    throw new Error(`--classes: unknown class ${unknown}; digits has digit, or 0 to 9 for ten classes`);
  return digitScenes(classes.some((name) => name !== 'digit'));
}
