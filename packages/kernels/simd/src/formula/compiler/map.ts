import type { Consume } from './consumer.ts';
import { storeAll } from './consumer.ts';

/** All outputs, stored. */
export const map: Consume = (context, outputs) => ({
  steps: { entry: (code) => storeAll(code, context, outputs) },
});
