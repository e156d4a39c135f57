import type { Scenes } from './scenes.ts';

/** What some strategies must know of the training data before the first step. */
export interface DataFacts {
  /** [C] boxes of each class. */
  readonly boxes: readonly number[];
  /** [C] the share of the images that hold each class. */
  readonly imageShares: readonly number[];
}

/** The facts of the images that are trained on. */
export function dataFacts({ train, categories }: Scenes): DataFacts {
  const ofClass = (counted: (classes: readonly number[], category: number) => number): number[] =>
    categories.map((_, category) => train.reduce((sum, { classes }) => sum + counted(classes, category), 0));
  return {
    boxes: ofClass((classes, category) => classes.filter((held) => held === category).length),
    imageShares: ofClass((classes, category) => (classes.includes(category) ? 1 : 0)).map(
      (images) => images / train.length,
    ),
  };
}
