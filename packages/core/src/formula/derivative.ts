import type { Condition, Expression } from './expression.ts';
import { isNumber, partsOf } from './expression.ts';
import {
  add,
  constant,
  div,
  equal,
  exp,
  less,
  max,
  mul,
  neg,
  power,
  select,
  sigmoid,
  sqrt,
} from './terms.ts';
import { shared } from './shared-parts.ts';

/**
 * The derivative of an expression in one of its inputs, as an expression: the chain rule from the outside in, so that what a common
 * part passes on is added up once. Stable where the expression is: that of softplus is σ, that of σ is σ(z)·σ(−z), and no power of a
 * vanishing base is divided by it.
 */
export function derivative(of: Expression, withRespectTo: string): Expression {
  const [outermost] = shared([of]);
  const inward = orderInward(outermost!);
  const arriving = new Map<Expression, Expression>([[outermost!, constant(1)]]);
  let result: Expression = constant(0);
  for (const node of inward) {
    const slope = arriving.get(node);
    if (!slope || isNumber(slope, 0)) continue;
    if (node.op === 'input' && node.name === withRespectTo) result = slope;
    partsOf(node).forEach((part, i) => {
      const passed = slopeOf(node, i, slope);
      arriving.set(part, add(arriving.get(part) ?? 0, passed));
    });
  }
  return result;
}

/** Every node before its parts. */
function orderInward(outermost: Expression): readonly Expression[] {
  const outward: Expression[] = [];
  const seen = new Set<Expression>();
  const visit = (node: Expression): void => {
    if (seen.has(node)) return;
    seen.add(node);
    partsOf(node).forEach(visit);
    outward.push(node);
  };
  visit(outermost);
  return outward.toReversed();
}

/** What a node passes on to its i-th part, of the slope that arrives at it. */
function slopeOf(node: Expression, i: number, slope: Expression): Expression {
  switch (node.op) {
    case 'constant':
    case 'input':
    case 'column':
    case 'lookup':
    case 'floor':
    case 'stop':
      return constant(0);
    case 'neg':
      return neg(slope);
    case 'abs': {
      const [x] = node.args;
      return select(less(x, 0), neg(slope), select(equal(x, 0), 0, slope));
    }
    case 'exp':
      return mul(slope, node);
    case 'expm1':
      return mul(slope, exp(node.args[0]));
    case 'log':
      return div(slope, node.args[0]);
    case 'log1p':
      return div(slope, add(1, node.args[0]));
    case 'sqrt':
      return div(slope, mul(2, sqrt(node.args[0])));
    case 'softplus':
      return mul(slope, sigmoid(node.args[0]));
    case 'sigmoid':
      return mul(slope, mul(node, sigmoid(neg(node.args[0]))));
    case 'sigmoidPower':
      return mul(slope, mul(node.exponent, mul(node, sigmoid(neg(node.args[0])))));
    case 'power':
      return mul(slope, slopeOfPower(node.args[0], node.exponent));
    case 'add':
      return slope;
    case 'sub':
      return i === 0 ? slope : neg(slope);
    case 'mul':
      return mul(slope, node.args[1 - i]!);
    case 'div':
      return i === 0 ? div(slope, node.args[1]) : neg(div(mul(slope, node), node.args[1]));
    case 'min':
      return ofChosen(less(node.args[0], node.args[1]), i, slope);
    case 'max':
      return ofChosen(less(node.args[1], node.args[0]), i, slope);
    case 'select': {
      const [left, right] = node.args;
      return i < 2 ? constant(0) : ofChosen({ compare: node.compare, left, right }, i - 2, slope);
    }
  }
}

/** The slope, where the first (0) or the second (1) was chosen. */
function ofChosen(condition: Condition, i: number, slope: Expression): Expression {
  return i === 0 ? select(condition, slope, 0) : select(condition, 0, slope);
}

/** γ·x^(γ−1). Finite at x = 0 for γ < 1 too, where the factors it stands beside vanish. */
function slopeOfPower(base: Expression, exponent: number): Expression {
  return mul(exponent, power(exponent < 1 ? max(base, SMALLEST) : base, exponent - 1));
}

/** From here down a power of −1 would overflow float32. */
const SMALLEST = 1e-30;
