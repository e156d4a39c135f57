import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../data-error.ts';

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value read from JSON is an object, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a file that must hold a JSON object.
 *
 * @throws DataError naming the file, and line and column where the fault is known
 */
export async function readJsonObject(file: string): Promise<JsonObject> {
  const text = await readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(
      { file: path.basename(file), expected: 'valid JSON', actual: fault(text, cause) },
      { cause },
    );
  }
  if (!isJsonObject(value)) {
    throw new DataError({
      file: path.basename(file),
      expected: 'a JSON object',
      actual: Array.isArray(value) ? 'an array' : typeof value,
    });
  }
  return value;
}

/**
 * Reads a text file as UTF-8, without a byte order mark.
 *
 * @throws DataError when it cannot be read
 */
export async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new DataError(
      { file: path.basename(file), expected: 'a readable file', actual: systemFault(cause) },
      { cause },
    );
  }
}

/** `no such file`, `a folder`, … for the error of a file operation. */
export function systemFault(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  if (code === 'EISDIR') return 'a folder';
  return cause instanceof Error ? cause.message : String(cause);
}

/** What is wrong with a text that JSON.parse refused. */
function fault(text: string, cause: unknown): string {
  if (text.trim() === '') return 'an empty file';
  const bare = bareNumber(text);
  if (bare !== undefined) return `${bare.word} (not a JSON number) ${place(text, bare.index)}`;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/end of JSON input|Unterminated string/.test(message)) return 'a file that ends too early';
  const position = /at position (\d+)/.exec(message)?.[1];
  const excerpt = /^Unexpected token .*?, (?:\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(
    message,
  )?.[1];
  const found = position === undefined ? text.indexOf(excerpt ?? text) : Number(position);
  return `a fault ${found < 0 ? message : place(text, found)}`;
}

/** Python writes NaN and Infinity where JSON knows neither; the first one outside a string. */
function bareNumber(text: string): { word: string; index: number } | undefined {
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g)) {
    if (!match[0].startsWith('"')) return { word: match[0], index: match.index };
  }
  return undefined;
}

function place(text: string, index: number): string {
  const before = text.slice(0, index);
  const line = before.split('\n').length;
  const column = index - before.lastIndexOf('\n');
  const near = text.slice(Math.max(0, index - 20), index + 20).replaceAll(/\s+/g, ' ');
  return `at line ${line}, column ${column}, near ${JSON.stringify(near)}`;
}
