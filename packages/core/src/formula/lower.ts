import type { Expression } from './expression.ts';
import {
  abs,
  add,
  div,
  exp,
  less,
  log,
  log1p,
  max,
  mul,
  neg,
  select,
  sigmoid,
  softplus,
  sqrt,
} from './terms.ts';
import type { Instruction, Program } from './program.ts';

/**
 * Straight-line code of the expressions, which are its outputs. What is written alike is computed once: σ(z), σ(−z), softplus(z) and
 * softplus(−z) share e^−|z|.
 */
export function lower(expressions: readonly Expression[]): Program {
  const instructions: Instruction[] = [];
  const known = new Map<string, number>();
  const done = new Map<Expression, number>();

  const emit = (instruction: Instruction): number => {
    const key = keyOf(instruction);
    const before = known.get(key);
    if (before !== undefined) return before;
    instructions.push(instruction);
    known.set(key, instructions.length - 1);
    return instructions.length - 1;
  };

  const place = (of: Expression): number => {
    const before = done.get(of);
    if (before !== undefined) return before;
    const at = placeAnew(of);
    done.set(of, at);
    return at;
  };

  const placeAnew = (of: Expression): number => {
    if (of.op === 'stop') return place(of.args[0]);
    const simple = expanded(of);
    if (simple !== of) return place(simple);
    const instruction = 'args' in of ? { ...of, args: of.args.map(place) } : of;
    return emit(instruction as Instruction);
  };

  const outputs = expressions.map(place);
  return { instructions, outputs };
}

/** What makes two instructions one. Sums and products do not mind the order. */
function keyOf(instruction: Instruction): string {
  if (instruction.op !== 'add' && instruction.op !== 'mul') return JSON.stringify(instruction);
  const [a, b] = instruction.args;
  return `${instruction.op} ${Math.min(a, b)} ${Math.max(a, b)}`;
}

/** A stable primitive in terms of what every backend has; any other expression as it is. */
function expanded(of: Expression): Expression {
  if (of.op === 'sigmoid') return sigmoidOf(of.args[0]);
  if (of.op === 'softplus') return add(max(of.args[0], 0), log1p(exp(neg(abs(of.args[0])))));
  if (of.op === 'add' && onlySaysSlope(of.args[1])) return of.args[0];
  if (of.op === 'power') return powerOf(of.args[0], of.exponent);
  if (of.op === 'sigmoidPower') return powerOfSigmoid(of.args[0], of.exponent);
  return of;
}

/** Whether an expression is 0 but for its derivative, as the second part of `withSlope`. */
function onlySaysSlope(of: Expression): boolean {
  if (of.op === 'mul') return of.args.some(onlySaysSlope);
  return of.op === 'sub' && of.args[1].op === 'stop' && of.args[0] === of.args[1].args[0];
}

/** σ(z)^γ: products for small whole γ, else e^(−γ·softplus(−z)), which holds where σ(z) has no digits left. */
function powerOfSigmoid(z: Expression, exponent: number): Expression {
  return isSmallWhole(exponent) ? productOf(sigmoid(z), exponent) : exp(mul(-exponent, softplus(neg(z))));
}

/** 1 / (1 + e) or e / (1 + e) with e = e^−|z|, whichever side z is on: no digit of a small one is lost. */
function sigmoidOf(of: Expression): Expression {
  const mirrored = of.op === 'neg';
  const z = mirrored ? of.args[0] : of;
  const e = exp(neg(abs(z)));
  const large = div(1, add(1, e));
  const small = mul(e, large);
  return mirrored ? select(less(z, 0), large, small) : select(less(z, 0), small, large);
}

/** x^γ for x ≥ 0: products and roots where γ is a multiple of ½ that needs few, else e^(γ ln x). */
function powerOf(x: Expression, exponent: number): Expression {
  const whole = Math.floor(exponent);
  const size = Math.abs(exponent);
  if (isSmallWhole(size)) return exponent < 0 ? div(1, productOf(x, size)) : productOf(x, size);
  if (exponent - whole === 0.5 && whole >= 0 && whole <= LARGEST_PRODUCT) {
    return whole === 0 ? sqrt(x) : mul(productOf(x, whole), sqrt(x));
  }
  return exp(mul(exponent, log(x)));
}

/** Up to which exponent a power is a product. */
const LARGEST_PRODUCT = 4;

function isSmallWhole(exponent: number): boolean {
  return Number.isInteger(exponent) && exponent >= 1 && exponent <= LARGEST_PRODUCT;
}

function productOf(x: Expression, exponent: number): Expression {
  if (exponent === 1) return x;
  const half = productOf(x, exponent >> 1);
  const square = mul(half, half);
  return exponent % 2 === 0 ? square : mul(square, x);
}
