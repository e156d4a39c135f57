import type { ValueType } from '../assembler/opcodes.ts';
import { I32 } from '../assembler/opcodes.ts';
import type { Plan } from './plan.ts';

/**
 * The parameters of a compiled function, all i32, in this order: rows, columns, the address of each input, the length of each table in
 * the order of the inputs, and last where the results go: `map` an address for each output, `sum` for each output but the first (the sum
 * is what the function returns, f64), `histogram` the address of the counters (`COUNTERS_OF_BIN` int32 for each, and for one more) and the number of bins.
 */
export interface Parameters {
  readonly types: readonly ValueType[];
  readonly rows: number;
  readonly columns: number;
  readonly inputs: Readonly<Record<string, number>>;
  readonly lengths: Readonly<Record<string, number>>;
  readonly results: readonly number[];
}

export function parametersOf({ inputs, purpose, program }: Plan): Parameters {
  const types: ValueType[] = [];
  const next = (): number => types.push(I32) - 1;
  const rows = next();
  const columns = next();
  const addresses = Object.fromEntries(inputs.map(({ name }) => [name, next()]));
  const tables = inputs.filter(({ binding }) => binding === 'table');
  const lengths = Object.fromEntries(tables.map(({ name }) => [name, next()]));
  const resultCount = { map: program.outputs.length, sum: program.outputs.length - 1, histogram: 2 }[purpose];
  const results = Array.from({ length: resultCount }, next);
  return { types, rows, columns, inputs: addresses, lengths, results };
}
