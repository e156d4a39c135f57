// npm run compare -- --with examples/own-strategy/src/compare.ts --strategies focal,reduced-focal
import { reducedFocal } from './reduced-focal.ts';

export default [() => reducedFocal()];
