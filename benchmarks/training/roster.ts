import { compose, type HardStrategy, type SoftStrategy, type StrategyState } from '@equipoise/core';
import { catalogue, type AnyStrategy } from './catalogue.ts';
import type { DataFacts } from './data-facts.ts';
import { importGuest } from './guest-modules.ts';

export type { AnyStrategy } from './catalogue.ts';

/** Every name that `--strategies` knows, in the order of the catalogue. */
export const strategyNames: readonly string[] = Object.keys(catalogue);

/** What is compared where `--strategies` is not given: the strategies of the survey. */
export const surveyNames: readonly string[] = strategyNames.filter((name) => catalogue[name]!.survey);

/**
 * The strategy that a word of `--strategies` asks for: a name, perhaps with options (`focal:gamma=1:alpha=.5`), or a hard and a soft one
 * joined by `+`. Names of modules given by `--with` are known too.
 */
export function strategyOf(
  word: string,
  guests: ReadonlyMap<string, AnyStrategy>,
  facts: DataFacts,
): AnyStrategy {
  const guest = guests.get(word);
  if (guest) return guest;
  const [first, second, ...more] = word.split('+');
  if (second !== undefined && more.length === 0) {
    const [hard, soft] = [strategyOf(first!, guests, facts), strategyOf(second, guests, facts)];
    return compose(hard as HardStrategy<StrategyState>, soft as SoftStrategy<StrategyState>);
  }
  const [name = '', ...settings] = word.split(':');
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (!entry)
    throw new Error(
      `--strategies: unknown strategy ${word}; known are ${[...strategyNames, ...guests.keys()].join(', ')}`,
    );
  return entry.make(Object.fromEntries(settings.map((setting) => parseSetting(word, setting))), facts);
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
    const loaded = (await importGuest(name).catch((error: unknown) => {
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
