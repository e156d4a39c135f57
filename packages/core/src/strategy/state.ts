import type { DataType, Tensor } from '@tensorflow/tfjs-core';
import { keep, Tensor as TensorClass, tensor } from '@tensorflow/tfjs-core';
import type { StrategyState } from './strategy.ts';

/** A strategy's state as JSON. */
export type SavedState =
  | null
  | number
  | readonly SavedState[]
  | {
      readonly tensor: {
        readonly dtype: DataType;
        readonly shape: readonly number[];
        readonly values: readonly number[];
      };
    }
  | { readonly record: Readonly<Record<string, SavedState>> };

/** Every tensor in a state. */
export function stateTensors(state: StrategyState): Tensor[] {
  if (state === undefined || typeof state === 'number') return [];
  if (state instanceof TensorClass) return [state];
  return Object.values(state as Record<string, StrategyState>).flatMap(stateTensors);
}

/** Keeps a state beyond the tidy scope it was made in. */
export function keepState(state: StrategyState): void {
  for (const part of stateTensors(state)) keep(part);
}

/** Disposes what a state holds, but not what the state that replaces it still holds. */
export function disposeState(state: StrategyState, successor?: StrategyState): void {
  const survivors = new Set(stateTensors(successor));
  for (const part of stateTensors(state)) if (!survivors.has(part)) part.dispose();
}

/** Reads a state from the device into JSON. */
export async function saveState(state: StrategyState): Promise<SavedState> {
  if (state === undefined) return null;
  if (typeof state === 'number') return state;
  if (state instanceof TensorClass) {
    return { tensor: { dtype: state.dtype, shape: state.shape, values: [...(await state.data())] } };
  }
  if (Array.isArray(state)) return Promise.all((state as readonly StrategyState[]).map(saveState));
  const entries = Object.entries(state as Record<string, StrategyState>);
  const saved = await Promise.all(
    entries.map(async ([name, part]) => [name, await saveState(part)] as const),
  );
  return { record: Object.fromEntries(saved) };
}

/** The state that {@link saveState} wrote, on the current backend. */
export function restoreState(saved: SavedState): StrategyState {
  if (saved === null) return undefined;
  if (typeof saved === 'number') return saved;
  if ('tensor' in saved) return tensor([...saved.tensor.values], [...saved.tensor.shape], saved.tensor.dtype);
  if ('record' in saved) {
    return Object.fromEntries(Object.entries(saved.record).map(([name, part]) => [name, restoreState(part)]));
  }
  return saved.map(restoreState);
}
