/** What `nx g @equipoise/nx:strategy` is given. */
export interface StrategyGeneratorOptions {
  /** Lower-case words joined by hyphens: the folder, the package and the strategy are called so. */
  readonly name: string;
  /** `hard`: it chooses which samples train; `soft`: all train, each with a weight. Default `soft`. */
  readonly kind?: 'hard' | 'soft';
  /** Where it was proposed, as the table of strategies says it. Default `Unpublished`. */
  readonly paper?: string;
}
