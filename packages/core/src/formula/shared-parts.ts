import type { Expression } from './expression.ts';
import { labelOf, partsOf } from './expression.ts';

/** The same expressions, in which parts that are written alike are one and the same object. */
export function shared(expressions: readonly Expression[]): readonly Expression[] {
  const known = new Map<string, Expression>();
  const ids = new Map<Expression, number>();
  const done = new Map<Expression, Expression>();
  const visit = (of: Expression): Expression => {
    const before = done.get(of);
    if (before) return before;
    const parts = partsOf(of).map(visit);
    const key = `${labelOf(of)} ${parts.map((part) => ids.get(part)).join(' ')}`;
    let one = known.get(key);
    if (!one) {
      one = parts.length === 0 ? of : ({ ...of, args: parts } as unknown as Expression);
      known.set(key, one);
      ids.set(one, ids.size);
    }
    done.set(of, one);
    return one;
  };
  return expressions.map(visit);
}
