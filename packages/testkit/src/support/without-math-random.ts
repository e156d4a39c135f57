/** Runs with a `Math.random` that throws, so that hidden randomness is found. */
export function withoutMathRandom<T>(run: () => T): T {
  const original = Math.random;
  Math.random = () => {
    throw new Error('Math.random was called; randomness must come from the generator that is handed in');
  };
  try {
    return run();
  } finally {
    Math.random = original;
  }
}
