import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  abs,
  add,
  cast,
  clipByValue,
  div,
  equal,
  exp,
  expandDims,
  expm1,
  floor,
  greaterEqual,
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
  scalar,
  sqrt,
  sub,
  tidy,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type {
  BinaryOp,
  Compare,
  Instruction,
  PointwiseAttributes,
  Program,
  UnaryOp,
} from '../formula/program.ts';
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

interface Value {
  readonly layout: Layout;
  readonly tensor: Tensor;
}

function run(inputs: PointwiseInputs, attributes: PointwiseAttributes): Tensor2D[] {
  const { program, shape } = attributes;
  const values: Value[] = [];
  const dead = deadAfter(program);
  program.instructions.forEach((instruction, i) => {
    let layout: Layout = 'scalar';
    const tensor = tidy(() => {
      const made = valueOf(instruction, values, inputs, attributes);
      layout = made.layout;
      return made.tensor;
    });
    values.push({ layout, tensor });
    // A value of a hundred thousand anchors fills 32 MB: free it after its last use.
    for (const last of dead[i]!) values[last]!.tensor.dispose();
  });
  return program.outputs.map((output) => {
    const { tensor, layout } = values[output]!;
    return layout === 'entry' ? tensor.clone() : widened(values[output]!, 'entry', shape);
  }) as Tensor2D[];
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

function valueOf(
  instruction: Instruction,
  values: readonly Value[],
  inputs: PointwiseInputs,
  { bindings, shape }: PointwiseAttributes,
): Value {
  switch (instruction.op) {
    case 'constant':
      return { layout: 'scalar', tensor: scalar(instruction.value) };
    case 'input':
      return {
        layout: bindings[instruction.name] as Layout,
        tensor: cast(inputs[instruction.name]!, 'float32'),
      };
    case 'column':
      return { layout: 'column', tensor: range(0, shape[1], 1, 'float32') };
    case 'select': {
      const [left, right, then, otherwise] = instruction.args.map((arg) => values[arg]!);
      const layout = joined(instruction.args.map((arg) => values[arg]!.layout));
      const [l, r, t, o] = [left!, right!, then!, otherwise!].map((value) => widened(value, layout, shape));
      return { layout, tensor: where(COMPARE[instruction.compare](l!, r!), t!, o!) };
    }
    case 'lookup': {
      const index = values[instruction.args[0]]!;
      const table = cast<Tensor1D>(inputs[instruction.table]! as Tensor1D, 'float32');
      return { layout: index.layout, tensor: elementsAt(table, index.tensor) };
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
      return { layout, tensor: UNARY[instruction.op](tensor) };
    }
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'min':
    case 'max': {
      const args = instruction.args.map((arg) => values[arg]!);
      const layout = joined(args.map((arg) => arg.layout));
      // A scalar needs no room of its own beside a tensor.
      const [left, right] = args.map((arg) =>
        arg.layout === 'scalar' ? arg.tensor : widened(arg, layout, shape),
      );
      return { layout, tensor: BINARY[instruction.op](left!, right!) };
    }
  }
}

/** The least layout that holds all. */
function joined(layouts: readonly Layout[]): Layout {
  const wide = new Set(layouts.filter((layout) => layout !== 'scalar'));
  if (wide.size === 0) return 'scalar';
  return wide.size === 1 ? [...wide][0]! : 'entry';
}

function widened({ layout, tensor }: Value, to: Layout, [n, columns]: readonly [number, number]): Tensor {
  if (layout === to) return tensor;
  if (layout === 'row') return spread(tensor, columns);
  // A matrix product, as `spread`.
  if (layout === 'column') return matMul(ones([n, 1]), expandDims<Tensor2D>(tensor, 0));
  return mul(ones(to === 'row' ? [n] : to === 'column' ? [columns] : [n, columns]), tensor);
}

function elementsAt(table: Tensor1D, index: Tensor): Tensor {
  // Of NaN the first element, since a comparison with NaN is false.
  const counted = where(greaterEqual(index, 0), index, zerosLike(index));
  const places = cast(floor(clipByValue(counted, 0, table.size - 1)), 'int32');
  return lookUp({ table, places }, {});
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
