import { scalar } from './scalar.ts';
import { relaxed, simd } from './simd.ts';
import type { Target, TargetName } from './target.ts';

/** Each target by its name. */
export const TARGETS: Readonly<Record<TargetName, Target>> = { relaxed, simd, scalar };
