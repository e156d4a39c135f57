import { engine } from '@tensorflow/tfjs-core';

/** Whether a gradient is being recorded: inside `grad`, `variableGrads`, or the function that an optimizer minimises. */
export function isRecording(): boolean {
  return engine().state.gradientDepth > 0;
}
