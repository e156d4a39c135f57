import { EquipoiseError } from './errors.ts';

/** How one option of a factory is checked and what it is when it is not given. */
export interface OptionSpec<T> {
  /** What holds where the option is not given. */
  readonly default: T;
  /** What is accepted, as a phrase that follows "expected". */
  readonly expected: string;
  /** Whether a value is accepted. */
  readonly accepts: (value: unknown) => boolean;
}

/** The checks of all options of a factory, by name. */
export type OptionSpecs<T> = { readonly [K in keyof T]-?: OptionSpec<T[K]> };

/** An options object whose members may be left out or `undefined`. */
export type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/**
 * The options in force: defaults, overwritten by what was given.
 *
 * @throws EquipoiseError for an unknown option or a value that its check refuses.
 */
export function checkOptions<T extends object>(
  owner: string,
  specs: OptionSpecs<T>,
  given: Given<T> = {},
): Readonly<T> {
  const names = Object.keys(specs) as (keyof T & string)[];
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      throw new EquipoiseError({
        package: owner,
        subject: `option ${name}`,
        expected: `one of ${names.join(', ')}`,
        actual: name,
      });
    }
  }
  const inForce = {} as T;
  for (const name of names) {
    const spec = specs[name];
    const value = given[name];
    if (value !== undefined && !spec.accepts(value)) {
      throw new EquipoiseError({
        package: owner,
        subject: `option ${name}`,
        expected: spec.expected,
        actual: value,
      });
    }
    inForce[name] = value ?? spec.default;
  }
  return Object.freeze(inForce);
}

/** What a {@link numberOption} accepts: bounds are inclusive. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** A finite number, perhaps within bounds. */
export function numberOption(
  initial: number,
  { min = -Infinity, max = Infinity, integer = false }: NumberRange = {},
): OptionSpec<number> {
  const kind = integer ? 'an integer' : 'a number';
  return {
    default: initial,
    expected: `${kind}${bounds(min, max)}`,
    accepts: (value) =>
      typeof value === 'number' &&
      Number.isFinite(value) &&
      value >= min &&
      value <= max &&
      (!integer || Number.isInteger(value)),
  };
}

/** One of a few words. */
export function choiceOption<const T extends string>(
  choices: readonly T[],
  initial: NoInfer<T>,
): OptionSpec<T> {
  return {
    default: initial,
    expected: `one of ${choices.join(', ')}`,
    accepts: (value) => choices.some((choice) => choice === value),
  };
}

/** True or false. */
export function flagOption(initial: boolean): OptionSpec<boolean> {
  return { default: initial, expected: 'true or false', accepts: (value) => typeof value === 'boolean' };
}

function bounds(min: number, max: number): string {
  if (min > -Infinity && max < Infinity) return ` in [${min}, ${max}]`;
  if (min > -Infinity) return ` ≥ ${min}`;
  return max < Infinity ? ` ≤ ${max}` : '';
}
