/**
 * The files of a new strategy. Run by `npm create equipoise-strategy`; `@equipoise/nx` renders them too.
 *
 * @packageDocumentation
 */
export * from './create.ts';
export * from './create-error.ts';
export { type Kind, kindOf } from './kinds.ts';
export * from './names.ts';
export * from './render.ts';
