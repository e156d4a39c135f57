import type { TargetName } from '../../../src/formula/lanes/target.ts';

export const TARGETS: readonly TargetName[] = ['relaxed', 'simd', 'scalar'];
