/** What a {@link DataError} says, in parts. */
export interface DataErrorParts {
  /** File or input the fault lies in: `instances_train.json`, `detections`, `options`. */
  readonly file: string;
  /** Record within it, such as `annotation 17` or `object 2`. */
  readonly record?: string;
  /** Field within the record, such as `bbox`. */
  readonly field?: string;
  /** What was expected, as a phrase that follows the word "expected". */
  readonly expected: string;
  /** What came instead, as a phrase that follows the word "got". */
  readonly actual: string;
}

/**
 * A fault in data or options, in one line that names where it lies:
 * `instances_train.json: annotation 17: bbox: expected 4 finite numbers, got [1,2]`.
 */
export class DataError extends Error implements DataErrorParts {
  override readonly name = 'DataError';
  readonly file: string;
  readonly record?: string;
  readonly field?: string;
  readonly expected: string;
  readonly actual: string;

  /**
   * @param parts - the pieces of the message; they are kept as properties of the same names
   * @param options - the `cause`, where another error led to this one
   */
  constructor(parts: DataErrorParts, options?: { readonly cause?: unknown }) {
    const place = [parts.file, parts.record, parts.field].filter((part) => part !== undefined).join(': ');
    super(oneLine(`${place}: expected ${parts.expected}, got ${parts.actual}`), options);
    this.file = parts.file;
    if (parts.record !== undefined) this.record = parts.record;
    if (parts.field !== undefined) this.field = parts.field;
    this.expected = parts.expected;
    this.actual = parts.actual;
  }
}

/**
 * A value as it can stand in a one-line message: JSON where possible, NaN and Infinity by name, at most 80 characters.
 */
export function show(value: unknown): string {
  let text: string;
  if (value === undefined) text = 'nothing';
  else if (typeof value === 'number') text = String(value);
  else if (Array.isArray(value))
    text = `[${value.slice(0, 8).map(show).join(', ')}${value.length > 8 ? ', …' : ''}]`;
  else text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
