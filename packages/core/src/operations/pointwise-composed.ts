import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  abs,
  add,
  cast,
  clipByValue,
  div,
  engine,
  equal,
  exp,
  expandDims,
  expm1,
  fill,
  floor,
  less,
  lessEqual,
  log,
  log1p,
  matMul,
  maximum,
  minimum,
  mul,
  neg,
  ones,
  range,
  relu,
  reshape,
  scalar,
  Select,
  sqrt,
  sub,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import type {
  BinaryOp,
  Compare,
  Instruction,
  PointwiseAttributes,
  Program,
  UnaryOp,
} from '../formula/program.ts';
import { columnHits } from './column-hits.ts';
import { lookUp } from './look-up.ts';
import type { PointwiseInputs } from './pointwise-map.ts';
import { spread } from './spread.ts';

/** The outputs of a program at every entry, [n, C] each, in tfjs ops. */
export function evaluated(inputs: PointwiseInputs, attributes: PointwiseAttributes): Tensor2D[] {
  const { program, shape } = attributes;
  if (shape[0] * shape[1] === 0) return program.outputs.map(() => zeros<Rank2>([...shape]));
  return tidy(() => run(inputs, attributes));
}

type Rank2 = Tensor2D['rankType'];

/** How far a value is spread out: one number; one for each row [n], or column [C]; or one for each entry [n, C]. */
type Layout = 'scalar' | 'row' | 'column' | 'entry';

const LAYOUTS: readonly Layout[] = ['scalar', 'row', 'column', 'entry'];

interface Value {
  readonly layout: Layout;
  readonly tensor: Tensor;
  /** Whether it is the caller's. */
  readonly borrowed: boolean;
}

function run(inputs: PointwiseInputs, { program, shape, bindings }: PointwiseAttributes): Tensor2D[] {
  const values: Value[] = [];
  const wide = new Map<string, Tensor>();
  const conditions = new Map<string, Tensor>();

  /** A value in a layout that holds it; made once, since a row is often used twice. */
  const widened = (i: number, to: Layout): Tensor => {
    const { layout, tensor } = values[i]!;
    if (layout === to) return tensor;
    const before = wide.get(`${i} ${to}`);
    if (before) return before;
    const instruction = program.instructions[i]!;
    const size = { scalar: [], row: [shape[0]], column: [shape[1]], entry: [...shape] }[to];
    const made =
      instruction.op === 'constant'
        ? fill(size, instruction.value)
        : tidy(() => (layout === 'scalar' ? add(zeros(size), tensor) : toEntries(values[i]!, shape)));
    wide.set(`${i} ${to}`, made);
    return made;
  };

  /** Kept to the end: formulas ask the same question again and again. */
  const conditionOf = ({ compare, args: [left, right] }: SelectInstruction, layout: Layout): Tensor => {
    const key = `${compare} ${left} ${right} ${layout}`;
    const before = conditions.get(key);
    if (before) return before;
    const rowOfColumns = compare === 'equal' ? rowBesideColumn(program, values, left, right) : undefined;
    const made = rowOfColumns
      ? columnHits({ ids: rowOfColumns }, { columns: shape[1] })
      : COMPARE[compare](widened(left, layout), widened(right, layout));
    conditions.set(key, made);
    return made;
  };

  const valueOf = (instruction: Instruction): Value => {
    const { op } = instruction;
    switch (op) {
      case 'constant':
        return own('scalar', scalar(instruction.value));
      case 'input': {
        const tensor = inputs[instruction.name]!;
        const layout = bindings[instruction.name] as Layout;
        return tensor.dtype === 'float32'
          ? { layout, tensor, borrowed: true }
          : own(layout, cast(tensor, 'float32'));
      }
      case 'column':
        return own('column', range(0, shape[1], 1, 'float32'));
      case 'select': {
        const layout = joined(instruction.args.map((arg) => values[arg]!.layout));
        const condition = conditionOf(instruction, layout);
        const [then, otherwise] = instruction.args.slice(2).map((arg) => widened(arg, layout));
        return own(layout, chosen(condition, then!, otherwise!));
      }
      case 'lookup': {
        const { layout, tensor } = values[instruction.args[0]]!;
        return own(layout, lookUp({ table: inputs[instruction.table] as Tensor1D, places: tensor }, {}));
      }
      case 'neg':
      case 'abs':
      case 'exp':
      case 'expm1':
      case 'log':
      case 'log1p':
      case 'sqrt':
      case 'floor': {
        const { layout, tensor } = values[instruction.args[0]]!;
        return own(layout, UNARY[op](tensor));
      }
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
      case 'min':
      case 'max': {
        const [value, bound] = instruction.args.map((arg) => program.instructions[arg]!);
        if ((op === 'min' || op === 'max') && bound!.op === 'constant' && value!.op !== 'constant') {
          const { layout, tensor } = values[instruction.args[0]]!;
          return own(layout, clipped(op, tensor, bound!.value));
        }
        const layout = joined(instruction.args.map((arg) => values[arg]!.layout));
        // A scalar needs no room of its own beside a tensor.
        const [left, right] = instruction.args.map((arg) =>
          values[arg]!.layout === 'scalar' ? values[arg]!.tensor : widened(arg, layout),
        );
        return own(layout, BINARY[op](left!, right!));
      }
    }
  };

  const dead = deadAfter(program);
  program.instructions.forEach((instruction, i) => {
    values.push(valueOf(instruction));
    // A value of a hundred thousand anchors fills 32 MB: free it after its last use.
    for (const last of dead[i]!) {
      if (!values[last]!.borrowed) values[last]!.tensor.dispose();
      for (const to of LAYOUTS) wide.get(`${last} ${to}`)?.dispose();
    }
  });
  const given = new Set<Tensor>();
  return program.outputs.map((output) => {
    const tensor = widened(output, 'entry');
    const isShared = values[output]!.borrowed || given.has(tensor);
    given.add(tensor);
    // Shares the memory; a clone would copy it in tfjs-backend-wasm.
    return isShared ? reshape(tensor, [...shape]) : tensor;
  }) as Tensor2D[];
}

type SelectInstruction = Extract<Instruction, { readonly op: 'select' }>;

function own(layout: Layout, tensor: Tensor): Value {
  return { layout, tensor, borrowed: false };
}

/** The row of a comparison between a row and the column's index. */
function rowBesideColumn(
  { instructions }: Program,
  values: readonly Value[],
  left: number,
  right: number,
): Tensor1D | undefined {
  const isRow = (i: number): boolean => values[i]!.layout === 'row';
  if (instructions[left]!.op === 'column' && isRow(right)) return values[right]!.tensor as Tensor1D;
  if (instructions[right]!.op === 'column' && isRow(left)) return values[left]!.tensor as Tensor1D;
  return undefined;
}

/** What each instruction is the last to use. */
function deadAfter({ instructions, outputs }: Program): readonly (readonly number[])[] {
  const kept = new Set(outputs);
  const last = instructions.map((_, i) => i);
  instructions.forEach((instruction, i) => {
    if ('args' in instruction) for (const arg of instruction.args) last[arg] = i;
  });
  const dead = instructions.map((): number[] => []);
  last.forEach((user, i) => {
    if (!kept.has(i)) dead[user]!.push(i);
  });
  return dead;
}

/** The least layout that holds all. */
function joined(layouts: readonly Layout[]): Layout {
  const wide = new Set(layouts.filter((layout) => layout !== 'scalar'));
  if (wide.size === 0) return 'scalar';
  return wide.size === 1 ? [...wide][0]! : 'entry';
}

function toEntries({ layout, tensor }: Value, [n, columns]: readonly [number, number]): Tensor2D {
  // A column by a matrix product, as `spread`.
  return layout === 'row' ? spread(tensor, columns) : matMul(ones([n, 1]), expandDims<Tensor2D>(tensor, 0));
}

/** `where` of equal shapes, past its broadcasting, which copies all three on some backends. */
function chosen(condition: Tensor, t: Tensor, e: Tensor): Tensor {
  return engine().runKernel(Select, { condition, t, e }) as Tensor;
}

/** `min` or `max` of a value and a number, which clipping does faster on some backends. */
function clipped(op: 'min' | 'max', x: Tensor, bound: number): Tensor {
  if (op === 'max' && bound === 0) return relu(x);
  return op === 'min' ? clipByValue(x, -Infinity, bound) : clipByValue(x, bound, Infinity);
}

const UNARY: Readonly<Record<UnaryOp, (x: Tensor) => Tensor>> = {
  neg,
  abs,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  floor,
};

const BINARY: Readonly<Record<BinaryOp, (a: Tensor, b: Tensor) => Tensor>> = {
  add,
  sub,
  mul,
  div,
  min: minimum,
  max: maximum,
};

const COMPARE: Readonly<Record<Compare, (a: Tensor, b: Tensor) => Tensor>> = { less, lessEqual, equal };
