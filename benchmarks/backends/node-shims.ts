import util from 'node:util';

/**
 * Puts back the two functions of `node:util` that Node 23 took away and tfjs-node 4.22.0 still calls in every op; where they are only
 * deprecated, in their own words, so that Node does not warn.
 */
export function restoreNodeUtil(): void {
  const old = util as unknown as Record<string, unknown>;
  old['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  old['isArray'] = Array.isArray;
}
