import { engine } from '@tensorflow/tfjs-core';

/**
 * Whether a gradient is being recorded: inside `grad`, `variableGrads`, or the function that an optimizer minimises, but not where an
 * operation with a gradient of its own computes its value.
 */
export function isRecording(): boolean {
  const { gradientDepth, kernelDepth } = engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}
