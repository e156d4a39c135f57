// Run by check-examples.ts: `node run-example.ts MODULE…` imports the modules, one after the other, and says of each what it printed or how
// it failed, a line of JSON a module. Backend cpu; each in an empty folder.
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { ready, setBackend } from '@tensorflow/tfjs-core';

/** What became of a module. */
export interface Outcome {
  readonly module: string;
  readonly printed: readonly string[];
  readonly failure?: string;
}

for (const module of process.argv.slice(2)) {
  // The one before may have chosen another.
  await setBackend('cpu');
  await ready();
  process.chdir(mkdtempSync(path.join(os.tmpdir(), 'equipoise-example-')));
  const printed: string[] = [];
  console.log = (...values: unknown[]) => void printed.push(format(...values));
  console.warn = () => undefined;
  let failure: string | undefined;
  try {
    await import(module);
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.exitCode = 1;
  }
  const outcome: Outcome = { module, printed, ...(failure === undefined ? {} : { failure }) };
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
