import type { DataFacts } from '../training/data-facts.ts';

/** What some strategies must know of the data, of even data: how long a step takes does not depend on it. */
export function factsOf(classes: number): DataFacts {
  return {
    boxes: Array.from({ length: classes }, () => 100),
    imageShares: Array.from({ length: classes }, () => 0.5),
  };
}
