export * from './case-inputs.ts';
export * from './compare-outputs.ts';
export * from './reference-case.ts';
export * from './run-cases.ts';
