import type { Program } from '@equipoise/core';
import { formula } from '@equipoise/core';

const {
  abs,
  columnIndex,
  derivative,
  equal,
  floor,
  input,
  lookup,
  lower,
  min,
  mul,
  power,
  select,
  sigmoid,
  softplus,
  sub,
} = formula;

const logits = input('logits');
const isLabel = (then: formula.Term, otherwise: formula.Term): formula.Expression =>
  select(equal(input('labels'), columnIndex()), then, otherwise);
const toward = isLabel(logits, sub(0, logits));
const crossEntropy = softplus(sub(0, toward));
const miss = sigmoid(sub(0, toward));

const focal = mul(isLabel(0.25, 0.75), mul(power(miss, 2), crossEntropy));

/** Sigmoid focal loss, γ = 2, α = 0.25, and its derivative. */
export const FOCAL: Program = lower([focal, derivative(focal, 'logits')]);

const bin = min(floor(mul(abs(sub(sigmoid(logits), isLabel(1, 0))), 30)), 29);

/** The bin of 30 in which an entry's gradient norm lies. */
export const GHM_BIN: Program = lower([bin]);

const ghm = mul(lookup({ table: 'weights' }, bin), crossEntropy);

/** Cross-entropy times what a table says of the bin, and its derivative. */
export const GHM_LOSS: Program = lower([ghm, derivative(ghm, 'logits')]);
