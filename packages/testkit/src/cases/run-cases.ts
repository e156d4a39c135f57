import { compareOutputs, type Differences, type Tolerance } from './compare-outputs.ts';
import type { CaseOperation, CaseOperations, ReferenceCase } from './reference-case.ts';

/** What became of one case. */
export interface CaseReport {
  readonly name: string;
  readonly passed: boolean;
  /** The stem whose operation ran; undefined where none fits, which is a failure. */
  readonly stem: string | undefined;
  readonly differences: Differences | undefined;
  /** Why it failed, in a line. */
  readonly failure: string | undefined;
}

/** rtol 1e-5, atol 1e-6; gradients below 1e-6, as those of saturated logits, to 1e-7. */
export const defaultTolerance: Tolerance = { relative: 1e-5, absolute: 1e-6, tiny: 1e-7 };

/**
 * Runs every case with the operation whose stem is the longest that fits its name. Lists are compared number by number; outputs that an
 * operation calls exact must be equal; `tiny` of the tolerance is for gradients alone.
 *
 * @yields a report for each case, in their order.
 */
export async function* runCases(
  cases: readonly ReferenceCase[],
  operations: CaseOperations,
  tolerance: Tolerance = defaultTolerance,
): AsyncGenerator<CaseReport> {
  for (const reference of cases) yield await runCase(reference, operations, tolerance);
}

async function runCase(
  reference: ReferenceCase,
  operations: CaseOperations,
  tolerance: Tolerance,
): Promise<CaseReport> {
  const { name } = reference;
  const stem = stemOf(name, operations);
  if (stem === undefined) {
    return {
      name,
      passed: false,
      stem,
      differences: undefined,
      failure: 'no operation has a stem of this name',
    };
  }
  const operation = operations[stem]!;
  try {
    const ours = await operation.run(reference);
    const differences = compareOutputs(
      reference.outputs,
      ours,
      (output) => toleranceOf(output, operation, tolerance),
      operation.echoes,
    );
    const failure =
      differences.mismatches.join('; ') || (differences.compared === 0 ? 'nothing was compared' : undefined);
    return { name, passed: failure === undefined, stem, differences, failure };
  } catch (error) {
    const failure = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    return { name, passed: false, stem, differences: undefined, failure };
  }
}

function stemOf(name: string, operations: CaseOperations): string | undefined {
  return Object.keys(operations)
    .filter((stem) => name === stem || name.startsWith(`${stem}_`))
    .toSorted((a, b) => b.length - a.length)[0];
}

function toleranceOf(output: string, operation: CaseOperation, tolerance: Tolerance): Tolerance {
  if (operation.exact?.includes(output)) return { relative: 0, absolute: 0 };
  if (output.startsWith('grad')) return tolerance;
  return { relative: tolerance.relative, absolute: tolerance.absolute };
}
