import type { PointwiseAttributes } from '@equipoise/core';
import { inDouble as atEntry } from '@equipoise/testkit';

/** The numbers of a formula's tensors, by name. */
export type Numbers = Readonly<Record<string, ArrayLike<number>>>;

/** The outputs of a program at every entry, in double: what a kernel's results are measured against. */
export function inDouble(numbers: Numbers, { program, shape, bindings }: PointwiseAttributes): number[][] {
  const [rows, columns] = shape;
  const outputs = program.outputs.map((): number[] => []);
  const lists = Object.entries(numbers).map(([name, list]) => [name, Array.from(list)] as const);
  const tables = Object.fromEntries(lists);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = { entry: row * columns + column, row, column, scalar: 0, table: 0 };
      const values = lists.map(([name, list]) => [name, list[place[bindings[name]!]]!] as const);
      atEntry(program, Object.fromEntries(values), column, tables).forEach((value, k) =>
        outputs[k]!.push(value),
      );
    }
  }
  return outputs;
}
