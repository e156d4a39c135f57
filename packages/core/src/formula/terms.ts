import type { Condition, Expression, StableOp, Table, Term } from './expression.ts';
import { isConstant, isNumber, isSame } from './expression.ts';
import type { Compare, UnaryOp } from './program.ts';

/** A number as an expression. */
export function constant(value: number): Expression {
  return { op: 'constant', value };
}

/** The value of a bound tensor at this entry. */
export function input(name: string): Expression {
  return { op: 'input', name };
}

/** The index of this entry's column, 0…C−1: with a label per row, `equal(columnIndex(), label)` says where the target is 1. */
export function columnIndex(): Expression {
  return { op: 'column' };
}

/** a + b */
export function add(a: Term, b: Term): Expression {
  const [x, y] = [expression(a), expression(b)];
  if (isConstant(x) && isConstant(y)) return constant(x.value + y.value);
  if (isNumber(x, 0)) return y;
  if (isNumber(y, 0)) return x;
  if (y.op === 'neg') return sub(x, y.args[0]);
  if (x.op === 'neg') return sub(y, x.args[0]);
  return mergedSelect(x, y) ?? factored('add', x, y) ?? { op: 'add', args: [x, y] };
}

/** a − b */
export function sub(a: Term, b: Term): Expression {
  const [x, y] = [expression(a), expression(b)];
  if (isConstant(x) && isConstant(y)) return constant(x.value - y.value);
  if (isNumber(y, 0)) return x;
  if (isNumber(x, 0)) return neg(y);
  if (y.op === 'neg') return add(x, y.args[0]);
  return factored('sub', x, y) ?? { op: 'sub', args: [x, y] };
}

/** a · b; 0 where one of them is the number 0. */
export function mul(a: Term, b: Term): Expression {
  const [x, y] = [expression(a), expression(b)];
  if (isConstant(x) && isConstant(y)) return constant(x.value * y.value);
  if (isConstant(y)) return mul(y, x);
  if (isNumber(x, 0)) return x;
  if (isNumber(x, 1)) return y;
  if (isNumber(x, -1)) return neg(y);
  if (isConstant(x) && y.op === 'mul' && isConstant(y.args[0])) {
    return mul(x.value * y.args[0].value, y.args[1]);
  }
  if (isConstant(x) && y.op === 'neg') return mul(-x.value, y.args[0]);
  if (y.op === 'neg') return neg(mul(x, y.args[0]));
  if (x.op === 'neg') return neg(mul(x.args[0], y));
  return { op: 'mul', args: [x, y] };
}

/** a / b */
export function div(a: Term, b: Term): Expression {
  const [x, y] = [expression(a), expression(b)];
  if (isConstant(x) && isConstant(y)) return constant(x.value / y.value);
  if (isNumber(x, 0)) return x;
  if (isNumber(y, 1)) return x;
  if (x.op === 'neg') return neg(div(x.args[0], y));
  return { op: 'div', args: [x, y] };
}

/** −x */
export function neg(x: Term): Expression {
  const of = expression(x);
  if (isConstant(of)) return constant(of.value === 0 ? 0 : -of.value);
  if (of.op === 'neg') return of.args[0];
  if (of.op === 'sub') return { op: 'sub', args: [of.args[1], of.args[0]] };
  if (of.op === 'mul' && isConstant(of.args[0])) return mul(-of.args[0].value, of.args[1]);
  if (of.op === 'select' && (isConstant(of.args[2]) || isConstant(of.args[3]))) {
    const [left, right, then, otherwise] = of.args;
    return select({ compare: of.compare, left, right }, neg(then), neg(otherwise));
  }
  return { op: 'neg', args: [of] };
}

/** |x|; its derivative at 0 is 0. */
export function abs(x: Term): Expression {
  const of = expression(x);
  if (isConstant(of)) return constant(Math.abs(of.value));
  if (of.op === 'abs') return of;
  if (of.op === 'neg') return abs(of.args[0]);
  if (of.op === 'select') {
    const [then, otherwise] = [abs(of.args[2]), abs(of.args[3])];
    if (isSame(then, otherwise)) return then;
  }
  return { op: 'abs', args: [of] };
}

/** min(a, b). Where they are equal the derivative is b's. */
export function min(a: Term, b: Term): Expression {
  return folded('min', expression(a), expression(b), Math.min);
}

/** max(a, b). Where they are equal the derivative is b's. */
export function max(a: Term, b: Term): Expression {
  return folded('max', expression(a), expression(b), Math.max);
}

/** eˣ */
export function exp(x: Term): Expression {
  return unary('exp', x, Math.exp);
}

/** eˣ − 1, which keeps its digits near 0. */
export function expm1(x: Term): Expression {
  return unary('expm1', x, Math.expm1);
}

/** ln x */
export function log(x: Term): Expression {
  return unary('log', x, Math.log);
}

/** ln(1 + x), which keeps its digits near 0. */
export function log1p(x: Term): Expression {
  return unary('log1p', x, Math.log1p);
}

/** √x */
export function sqrt(x: Term): Expression {
  return unary('sqrt', x, Math.sqrt);
}

/** ⌊x⌋; its derivative is 0. */
export function floor(x: Term): Expression {
  return unary('floor', x, Math.floor);
}

/** σ(x) = 1 / (1 + e^−x), to every digit on both sides: write 1 − σ(x) as `sigmoid(neg(x))`. */
export function sigmoid(x: Term): Expression {
  return unary('sigmoid', x, (value) => 1 / (1 + Math.exp(-value)));
}

/** ln(1 + eˣ), to every digit at every x: −ln σ(x) is `softplus(neg(x))`. */
export function softplus(x: Term): Expression {
  return unary('softplus', x, (value) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))));
}

/**
 * x^exponent for x ≥ 0, with 0⁰ = 1; products for whole exponents up to 4. A power of a {@link sigmoid} is taken in log space,
 * e^(−γ·softplus(−z)), with derivative γ·σ(z)^γ·σ(−z): finite at any logit. The derivative of another base is finite at 0, too.
 */
export function power(x: Term, exponent: number): Expression {
  const base = expression(x);
  if (exponent === 0) return constant(1);
  if (exponent === 1) return base;
  if (isConstant(base)) return constant(base.value ** exponent);
  if (base.op === 'sigmoid') return { op: 'sigmoidPower', exponent, args: base.args };
  return { op: 'power', exponent, args: [base] };
}

/** The same value; a constant for differentiation (torch's `detach`). */
export function stop(x: Term): Expression {
  const of = expression(x);
  return isConstant(of) || of.op === 'stop' ? of : { op: 'stop', args: [of] };
}

/**
 * A value whose derivative in x is said, for a reference whose gradient is not the derivative of its value. Both finite; parts of them
 * are constants for differentiation.
 */
export function withSlope(value: Term, x: Expression, slope: Term): Expression {
  return add(stop(value), mul(stop(slope), sub(x, stop(x))));
}

/** a < b */
export function less(a: Term, b: Term): Condition {
  return { compare: 'less', left: expression(a), right: expression(b) };
}

/** a ≤ b */
export function lessEqual(a: Term, b: Term): Condition {
  return { compare: 'lessEqual', left: expression(a), right: expression(b) };
}

/** a > b */
export function greater(a: Term, b: Term): Condition {
  return less(b, a);
}

/** a ≥ b */
export function greaterEqual(a: Term, b: Term): Condition {
  return lessEqual(b, a);
}

/** a = b */
export function equal(a: Term, b: Term): Condition {
  return { compare: 'equal', left: expression(a), right: expression(b) };
}

/** `then` where the condition holds, `otherwise` elsewhere; the derivative is that of the one that was chosen. */
export function select(condition: Condition, then: Term, otherwise: Term): Expression {
  const { compare, left, right } = condition;
  const [t, o] = [expression(then), expression(otherwise)];
  if (isConstant(left) && isConstant(right)) return holds(compare, left.value, right.value) ? t : o;
  return isSame(t, o) ? t : { op: 'select', compare, args: [left, right, t, o] };
}

/** The element of a table at an index, rounded down and clamped to the table; a constant for differentiation. */
export function lookup({ table }: Table, index: Term): Expression {
  return { op: 'lookup', table, args: [expression(index)] };
}

/** A term as an expression. */
export function expression(term: Term): Expression {
  return typeof term === 'number' ? constant(term) : term;
}

/** Whether a comparison holds. */
function holds(compare: Compare, left: number, right: number): boolean {
  switch (compare) {
    case 'less':
      return left < right;
    case 'lessEqual':
      return left <= right;
    case 'equal':
      return left === right;
  }
}

function unary(op: UnaryOp | StableOp, x: Term, value: (x: number) => number): Expression {
  const of = expression(x);
  return isConstant(of) ? constant(value(of.value)) : { op, args: [of] };
}

function folded(
  op: 'min' | 'max',
  x: Expression,
  y: Expression,
  value: (x: number, y: number) => number,
): Expression {
  if (isConstant(x) && isConstant(y)) return constant(value(x.value, y.value));
  return isSame(x, y) ? x : { op, args: [x, y] };
}

/** select(c, a, 0) + select(c, 0, b) is select(c, a, b): what the derivative of a choice adds up to. */
function mergedSelect(x: Expression, y: Expression): Expression | undefined {
  if (x.op !== 'select' || y.op !== 'select' || x.compare !== y.compare) return undefined;
  const [left, right, then, otherwise] = x.args;
  const [otherLeft, otherRight, otherThen, otherOtherwise] = y.args;
  if (!isSame(left, otherLeft) || !isSame(right, otherRight)) return undefined;
  const merges =
    (isNumber(otherwise, 0) && isNumber(otherThen, 0)) || (isNumber(then, 0) && isNumber(otherOtherwise, 0));
  if (!merges) return undefined;
  const condition = { compare: x.compare, left, right };
  return select(condition, add(then, otherThen), add(otherwise, otherOtherwise));
}

/** a·x ± a·y is a·(x ± y). */
function factored(op: 'add' | 'sub', x: Expression, y: Expression): Expression | undefined {
  if (x.op !== 'mul' && y.op !== 'mul') return undefined;
  const left: Expression[] = [];
  const common: Expression[] = [];
  const right = factorsOf(y);
  for (const factor of factorsOf(x)) {
    const at = isConstant(factor) ? -1 : right.findIndex((other) => isSame(factor, other));
    if (at >= 0) common.push(...right.splice(at, 1));
    else left.push(factor);
  }
  if (common.length === 0) return undefined;
  const rest = (op === 'add' ? add : sub)(product(left), product(right));
  return mul(product(common), rest);
}

function factorsOf(x: Expression): Expression[] {
  return x.op === 'mul' ? [...factorsOf(x.args[0]), ...factorsOf(x.args[1])] : [x];
}

function product(factors: readonly Expression[]): Expression {
  return factors.reduce((left, right) => mul(left, right), constant(1));
}
