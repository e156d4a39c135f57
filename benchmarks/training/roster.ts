import { pathToFileURL } from 'node:url';
import path from 'node:path';
import {
  compose,
  type HardStrategy,
  type SampleStrategy,
  type SoftStrategy,
  type StrategyState,
} from '@equipoise/core';
import { balancedCrossEntropy, crossEntropy, focal } from '@equipoise/focal';
import { hardNegativeMining } from '@equipoise/hard-negative-mining';
import { ohem } from '@equipoise/ohem';
import { randomSampling } from '@equipoise/random';

/** Any strategy. */
export type AnyStrategy = SampleStrategy<StrategyState>;

type Options = Record<string, number | string | boolean>;

/** The strategies that a comparison knows, by the name in the table. Options given with a name overwrite those of the recipe. */
const FACTORIES: Readonly<Record<string, (options: Options) => AnyStrategy>> = {
  'cross-entropy': (options) => crossEntropy(options) as AnyStrategy,
  'cross-entropy-per-positive': (options) =>
    crossEntropy({ normalizer: 'positives', ...options }) as AnyStrategy,
  'balanced-cross-entropy': (options) => balancedCrossEntropy(options) as AnyStrategy,
  focal: (options) => focal(options) as AnyStrategy,
  random: (options) => randomSampling(options) as AnyStrategy,
  'hard-negative-mining': (options) => hardNegativeMining(options) as AnyStrategy,
  // 64 a image are fewer than the positives of dense scenes; k must be several times their number.
  ohem: (options) => ohem({ count: 256, ...options }) as AnyStrategy,
};

/** Every name, in the order of the table's legend. */
export const strategyNames: readonly string[] = Object.keys(FACTORIES);

/**
 * The strategy that a word of `--strategies` asks for: a name, perhaps with options (`focal:gamma=1:alpha=.5`), or a hard and a soft one
 * joined by `+`. Names of modules given by `--with` are known too.
 */
export function strategyOf(word: string, guests: ReadonlyMap<string, AnyStrategy>): AnyStrategy {
  const guest = guests.get(word);
  if (guest) return guest;
  const [first, second, ...more] = word.split('+');
  if (second !== undefined && more.length === 0) {
    const [hard, soft] = [strategyOf(first!, guests), strategyOf(second, guests)];
    return compose(hard as HardStrategy<StrategyState>, soft as SoftStrategy<StrategyState>) as AnyStrategy;
  }
  const [name = '', ...settings] = word.split(':');
  const make = Object.hasOwn(FACTORIES, name) ? FACTORIES[name] : undefined;
  if (!make)
    throw new Error(
      `--strategies: unknown strategy ${word}; known are ${[...strategyNames, ...guests.keys()].join(', ')}`,
    );
  return make(Object.fromEntries(settings.map((setting) => parseSetting(word, setting))));
}

function parseSetting(word: string, setting: string): [string, number | string | boolean] {
  const [name = '', value] = setting.split('=');
  if (!name || value === undefined)
    throw new Error(`--strategies: ${word}: expected name=value, got ${setting}`);
  if (value === 'true' || value === 'false') return [name, value === 'true'];
  return [name, value !== '' && Number.isFinite(Number(value)) ? Number(value) : value];
}

/** The strategies that a module brings: its default export is one, a function that makes one, or a list of either. */
export async function guestsOf(modules: readonly string[]): Promise<ReadonlyMap<string, AnyStrategy>> {
  const guests = new Map<string, AnyStrategy>();
  for (const name of modules) {
    const specifier = /^[./]/.test(name) ? pathToFileURL(path.resolve(name)).href : name;
    const loaded = (await import(specifier).catch((error: unknown) => {
      throw new Error(
        `--with ${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      );
    })) as { default?: unknown };
    for (const entry of [loaded.default].flat()) {
      const strategy = (typeof entry === 'function' ? (entry as () => unknown)() : entry) as
        | Partial<AnyStrategy>
        | undefined;
      if (
        !strategy?.name ||
        !strategy.apply ||
        !strategy.init ||
        (strategy.kind !== 'hard' && strategy.kind !== 'soft')
      ) {
        throw new Error(
          `--with ${name}: its default export is no strategy (name, kind, init, apply), nor a function or list that gives some`,
        );
      }
      guests.set(strategy.name, strategy as AnyStrategy);
    }
  }
  return guests;
}
