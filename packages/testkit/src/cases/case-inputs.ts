import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import type { CaseValue, ReferenceCase } from './reference-case.ts';

/** Reads the inputs of a case, or of one step of it, with errors that name the field. */
export class CaseInputs {
  readonly #record: Readonly<Record<string, CaseValue>>;

  constructor(record: ReferenceCase['inputs']) {
    this.#record = record;
  }

  /** Whether the field is there and not null. */
  has(field: string): boolean {
    return this.#record[field] !== undefined && this.#record[field] !== null;
  }

  /** A number; `fallback` where the case does not give it. */
  number(field: string, fallback?: number): number {
    if (!this.has(field) && fallback !== undefined) return fallback;
    return numberOf(this.#record[field], field);
  }

  /** A flag; `fallback` where the case does not give it. */
  flag(field: string, fallback: boolean): boolean {
    return this.has(field) ? this.#record[field] === true || this.#record[field] === 1 : fallback;
  }

  /** A list of numbers, flattened from any nesting. */
  numbers(field: string): number[] {
    const flat: number[] = [];
    const visit = (value: CaseValue | undefined): void => {
      if (Array.isArray(value)) value.forEach(visit);
      else flat.push(numberOf(value, field));
    };
    visit(this.#list(field));
    return flat;
  }

  /** A list of lists of numbers. */
  rows(field: string): number[][] {
    return this.#list(field).map((row) =>
      (row as readonly CaseValue[]).map((value) => numberOf(value, field)),
    );
  }

  /** [n] float32. */
  vector(field: string): Tensor1D {
    return tensor1d(this.numbers(field), 'float32');
  }

  /** [n] int32. */
  integers(field: string): Tensor1D {
    return tensor1d(this.numbers(field), 'int32');
  }

  /** [n, columns] float32; `columns` is needed only where there may be no rows. */
  matrix(field: string, columns = 0): Tensor2D {
    const rows = this.#list(field).length;
    const values = this.numbers(field);
    return tensor2d(values, [rows, rows === 0 ? columns : values.length / rows], 'float32');
  }

  /** The field as JSON holds it. */
  raw(field: string): CaseValue | undefined {
    return this.#record[field];
  }

  #list(field: string): readonly CaseValue[] {
    const value = this.#record[field];
    if (!Array.isArray(value))
      throw new Error(`input ${field}: expected a list, got ${JSON.stringify(value)}`);
    return value as readonly CaseValue[];
  }
}

/** The inputs of a case. */
export function inputsOf(reference: ReferenceCase): CaseInputs {
  return new CaseInputs(reference.inputs);
}

/** The inputs that stand in each step of a case of several steps. */
export function stepsOf(reference: ReferenceCase): CaseInputs[] {
  const { steps } = reference.outputs;
  if (!Array.isArray(steps)) throw new Error('outputs.steps: expected a list');
  return (steps as readonly ReferenceCase['inputs'][]).map((step) => new CaseInputs(step));
}

function numberOf(value: CaseValue | undefined, field: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new Error(`input ${field}: expected a number, got ${JSON.stringify(value)}`);
}
