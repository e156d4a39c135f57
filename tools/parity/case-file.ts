import { readFile } from 'node:fs/promises';
import type { ReferenceCase } from '@equipoise/testkit';

/** A command line or a file that cannot be used: one line, exit code 2. */
export class UsageError extends Error {}

/** The cases of a file in the format of golden.json. */
export async function casesOf(file: string): Promise<ReferenceCase[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const cases = (parsed as { cases?: unknown } | null)?.cases;
  if (typeof cases !== 'object' || cases === null || Object.keys(cases).length === 0)
    throw new UsageError(`${file}: expected a record \`cases\` with at least one case`);
  return Object.entries(cases).map(([name, body]) => {
    const { source = '', inputs, outputs } = body as Partial<ReferenceCase>;
    if (typeof inputs !== 'object' || typeof outputs !== 'object')
      throw new UsageError(`${file}: case ${name}: expected records \`inputs\` and \`outputs\``);
    return { name, source, inputs, outputs };
  });
}
