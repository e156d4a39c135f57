import { CreateError } from './create-error.ts';

/** Whether a strategy chooses samples or weighs them. */
export type Kind = 'hard' | 'soft';

/** What is said of the strategy that a kind starts from. */
export interface Start {
  readonly description: string;
  readonly option: string;
  readonly default: string;
  readonly says: string;
}

/** What each kind starts from. */
export const STARTS: Readonly<Record<Kind, Start>> = {
  hard: {
    description: 'A sampling strategy: in each image the samples of highest loss train',
    option: 'count',
    default: '128',
    says: 'samples that train in each image',
  },
  soft: {
    description: 'A reweighting strategy: entries count less the easier they are',
    option: 'gamma',
    default: '2',
    says: 'how strongly easy entries are discounted; 0 weighs all alike',
  },
};

/**
 * The kind that a word names.
 *
 * @throws CreateError for any other word.
 */
export function kindOf(word: string): Kind {
  if (word === 'hard' || word === 'soft') return word;
  throw new CreateError(`kind: expected hard or soft, got '${word}'`);
}
