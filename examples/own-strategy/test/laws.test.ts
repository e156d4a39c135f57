import { BACKENDS } from './backends.ts';
import { conforms } from '@equipoise/testkit';
import { test } from 'vitest';
import { reducedFocal } from '../src/reduced-focal.ts';

for (const backend of BACKENDS) conforms(() => reducedFocal(), { test, backend });
