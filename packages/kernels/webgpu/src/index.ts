/**
 * Fused WGSL kernels for tfjs's webgpu backend. Importing this registers them; Equipoise's operations then use them whenever that backend
 * is the current one.
 *
 * @packageDocumentation
 */
import { registerKernels } from './register-kernels.ts';

registerKernels();

export * from './profile.ts';
export { throwFaults } from './runtime/faults.ts';
