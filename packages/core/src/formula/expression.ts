import type { BinaryOp, Compare, UnaryOp } from './program.ts';

/**
 * A formula of one entry of a [n, C] grid: immutable data, made with the functions named after the field (`sigmoid`,
 * `softplus`, `power`, `select` …), which simplify a little as they go. `derivative` differentiates it,
 * `lower` makes a `Program` of it.
 */
export type Expression =
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'input'; readonly name: string }
  | { readonly op: 'column' }
  | { readonly op: UnaryOp | StableOp; readonly args: readonly [Expression] }
  | { readonly op: BinaryOp; readonly args: readonly [Expression, Expression] }
  | { readonly op: 'power' | 'sigmoidPower'; readonly exponent: number; readonly args: readonly [Expression] }
  | {
      readonly op: 'select';
      readonly compare: Compare;
      readonly args: readonly [Expression, Expression, Expression, Expression];
    }
  | { readonly op: 'lookup'; readonly table: string; readonly args: readonly [Expression] };

/** What is more than one instruction, so that its value and its derivative are written stably and once. */
export type StableOp = 'sigmoid' | 'softplus' | 'stop';

/** What the functions of formulas take: an expression, or a number. */
export type Term = Expression | number;

/** A table that a formula looks up in; bound as `table`. */
export interface Table {
  readonly table: string;
}

/** A comparison of two expressions, for `select`. With NaN it is false. */
export interface Condition {
  readonly compare: Compare;
  readonly left: Expression;
  readonly right: Expression;
}

/** Whether an expression is a number. */
export function isConstant(x: Expression): x is Extract<Expression, { readonly op: 'constant' }> {
  return x.op === 'constant';
}

/** Whether an expression is this number. */
export function isNumber(x: Expression, value: number): boolean {
  return isConstant(x) && x.value === value;
}

/** The expressions that an expression is made of. */
export function partsOf(x: Expression): readonly Expression[] {
  return 'args' in x ? x.args : [];
}

/** Whether two expressions are written alike. */
export function isSame(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.op !== b.op || labelOf(a) !== labelOf(b)) return false;
  const parts = partsOf(b);
  return partsOf(a).every((part, i) => isSame(part, parts[i]!));
}

/** What tells an expression from others of the same parts. */
export function labelOf(x: Expression): string {
  if (x.op === 'constant') return `constant ${Object.is(x.value, -0) ? '-0' : x.value}`;
  if (x.op === 'input') return `input ${x.name}`;
  if (x.op === 'power' || x.op === 'sigmoidPower') return `${x.op} ${x.exponent}`;
  if (x.op === 'select') return `select ${x.compare}`;
  if (x.op === 'lookup') return `lookup ${x.table}`;
  return x.op;
}
