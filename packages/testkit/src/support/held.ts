import type { Expression } from '@equipoise/core';
import { formula } from '@equipoise/core';

/** An expression in which every part under `stop` is an input of its own, and what these inputs hold. */
export interface Held {
  readonly loss: Expression;
  readonly parts: Readonly<Record<string, Expression>>;
}

/** Takes the stopped parts out of an expression, so that they can stay where they are while the rest moves. */
export function held(of: Expression): Held {
  const parts: Record<string, Expression> = {};
  const done = new Map<Expression, Expression>();
  const visit = (node: Expression): Expression => {
    const before = done.get(node);
    if (before) return before;
    const made = remade(node);
    done.set(node, made);
    return made;
  };
  const remade = (node: Expression): Expression => {
    if (node.op === 'stop') {
      const name = `stopped ${Object.keys(parts).length}`;
      parts[name] = node.args[0];
      return formula.input(name);
    }
    return 'args' in node ? ({ ...node, args: node.args.map(visit) } as unknown as Expression) : node;
  };
  return { loss: visit(of), parts };
}
