/** Counts proofs, and prints a line for each as it ends. */
export interface Proofs {
  /** Runs a proof. It fails where it throws; its text, where it gives one, is printed. Gives what it gave, or undefined. */
  readonly prove: <T>(what: string, proof: () => Promise<T> | T) => Promise<T | undefined>;
  readonly skip: (what: string, why: string) => void;
  readonly counts: () => { readonly passed: number; readonly failed: number; readonly skipped: number };
}

export function proofs(): Proofs {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  return {
    async prove(what, proof) {
      try {
        const result = await proof();
        counts.passed++;
        console.log(`proven  ${what}${typeof result === 'string' ? `: ${result}` : ''}`);
        return result;
      } catch (error) {
        counts.failed++;
        const said = error instanceof Error ? error.message : String(error);
        console.log(`FAILED  ${what}\n${said.replace(/^/gm, '        ')}`);
        return undefined;
      }
    },
    skip(what, why) {
      counts.skipped++;
      console.log(`skipped ${what}: ${why}`);
    },
    counts: () => counts,
  };
}
