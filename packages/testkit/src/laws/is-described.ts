import { defineLaw, type Law } from './law.ts';
import { sameValue } from '../support/same-value.ts';

/** In every browser and in Node, though not in TypeScript's own library. */
declare const structuredClone: (value: unknown) => unknown;

const KEBAB = /^[a-z0-9]+(?:[-+.][a-z0-9]+)*$/;

/** Name, kind and options can be stored with a result: a kebab-case name, and options that survive `structuredClone`. */
export const isDescribed: Law = defineLaw({
  name: 'name, kind and options can be stored with a result',
  maxRows: 1,
  check({ make, strategy }) {
    const { name, kind, options } = strategy;
    if (!KEBAB.test(name)) throw new Error(`name '${name}', expected kebab-case`);
    if (kind !== 'hard' && kind !== 'soft') throw new Error(`kind '${String(kind)}', expected hard or soft`);
    if (!sameValue(options, structuredClone(options))) throw new Error('options change by structuredClone');
    if (!sameValue(options, make().options)) throw new Error('options differ between two of a kind');
  },
});
