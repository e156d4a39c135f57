import type { StrategyState } from '@equipoise/core';
import { stateTensors } from '@equipoise/core';
import { dispose } from '@tensorflow/tfjs-core';

/** Disposes the tensors of several states, each once. */
export function releaseState(...states: readonly StrategyState[]): void {
  dispose([...new Set(states.flatMap((state) => stateTensors(state)))]);
}
