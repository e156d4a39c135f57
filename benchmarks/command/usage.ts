/** A command line that asks for something that is not to be had: one line, exit code 2. */
export class UsageError extends Error {}

/** Gives an error of anyone's as one of usage. */
export function refuse(error: unknown): never {
  throw new UsageError(error instanceof Error ? error.message : String(error));
}

/** Reads arguments; what `parseArgs` says of them in its first sentence is the error. */
export function parsed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('. ')[0] : String(error));
  }
}

/** The different words of a list. */
export function words(value: string, separator = ','): string[] {
  return [...new Set(value.split(separator).map((part) => part.trim()))].filter((part) => part !== '');
}

/** A word that is one of those known. */
export function oneOf<Word extends string>(name: string, known: readonly Word[], value: string): Word {
  const found = known.find((word) => word === value);
  if (!found) throw new UsageError(`--${name}: expected one of ${known.join(', ')}, got ${value}`);
  return found;
}
