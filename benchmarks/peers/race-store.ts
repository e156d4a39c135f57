import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { codeDigest } from '../throughput/code-digest.ts';
import { writeWhole } from '../training/store.ts';
import type { PeerRow, RowKey } from './row.ts';

const CODE = ['packages/**/src/**/*.ts', 'benchmarks/{peers,throughput,backends}/**/*.{ts,py,txt}'];

/** What was measured of one work: its rows, and the versions of what took part. */
export interface StoredRace {
  readonly rows: readonly PeerRow[];
  readonly versions: Readonly<Record<string, string>>;
}

/** The measured works of an output folder: an interrupted run goes on from them. A work counts whole, for its rows belong together. */
export class RaceStore {
  readonly #folder: string;
  readonly #content: string;

  /** Rows count only for the same code, the same machine and the same settings. */
  constructor(out: string, settings: object) {
    this.#folder = path.join(out, 'rows');
    this.#content = codeDigest(CODE) + JSON.stringify(settings);
  }

  read(key: Omit<RowKey, 'implementation'>): StoredRace | undefined {
    try {
      return JSON.parse(readFileSync(this.#file(key), 'utf8')) as StoredRace;
    } catch {
      return undefined;
    }
  }

  write(key: Omit<RowKey, 'implementation'>, race: StoredRace): void {
    writeWhole(this.#file(key), JSON.stringify(race));
  }

  #file(key: Omit<RowKey, 'implementation'>): string {
    const digest = createHash('sha256')
      .update(JSON.stringify([key, this.#content]))
      .digest('hex')
      .slice(0, 12);
    return path.join(this.#folder, `${key.work}-${key.anchors}-${key.threads}-${digest}.json`);
  }
}
