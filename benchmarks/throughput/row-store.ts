import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../training/store.ts';
import { codeDigest } from './code-digest.ts';
import type { Case, Row } from './row.ts';

const CODE = [
  'packages/**/src/**/*.ts',
  'benchmarks/{throughput,backends}/**/*.ts',
  'benchmarks/training/catalogue.ts',
];

/** The measured cases of an output folder: an interrupted benchmark goes on from them. */
export class RowStore {
  readonly #folder: string;
  readonly #content: string;

  /** Rows count only for the same code, the same modules and the same machine. */
  constructor(out: string, modules: readonly string[]) {
    this.#folder = path.join(out, 'rows');
    const hash = createHash('sha256').update(codeDigest(CODE));
    for (const name of modules) if (/^[./]/.test(name)) hash.update(readFileSync(path.resolve(name)));
    this.#content = hash.digest('hex');
  }

  /** The rows of a case that is measured already. */
  read(given: Case): Row[] | undefined {
    try {
      return JSON.parse(readFileSync(this.#file(given), 'utf8')) as Row[];
    } catch {
      return undefined;
    }
  }

  write(given: Case, rows: readonly Row[]): void {
    writeWhole(this.#file(given), JSON.stringify(rows));
  }

  #file(given: Case): string {
    const digest = createHash('sha256')
      .update(JSON.stringify([given, this.#content]))
      .digest('hex')
      .slice(0, 12);
    return path.join(
      this.#folder,
      `${given.work.replaceAll(/[^\w.=+-]/g, '_')}-${given.anchors}-${digest}.json`,
    );
  }
}
