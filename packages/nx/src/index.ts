/**
 * The generator of `nx g @equipoise/nx:strategy`, for whoever composes it with others.
 *
 * @packageDocumentation
 */
export { default as strategy } from './strategy/generator.ts';
export type { StrategyGeneratorOptions } from './strategy/options.ts';
