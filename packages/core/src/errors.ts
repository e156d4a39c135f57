/** What an {@link EquipoiseError} says, in parts. */
export interface ErrorParts {
  /** The package that refuses, by its name on npm: `@equipoise/core`, or your own. */
  readonly package: string;
  /** The option, field or argument at fault. */
  readonly subject: string;
  /** What would have been accepted. */
  readonly expected: string;
  /** What came. */
  readonly actual: unknown;
}

/** Refused input: names the package, the option or field, what was expected and what came. */
export class EquipoiseError extends Error {
  readonly package: string;
  readonly subject: string;
  readonly expected: string;
  readonly actual: unknown;

  constructor(parts: ErrorParts) {
    super(`${parts.package}: ${parts.subject}: expected ${parts.expected}, got ${show(parts.actual)}`);
    this.name = 'EquipoiseError';
    this.package = parts.package;
    this.subject = parts.subject;
    this.expected = parts.expected;
    this.actual = parts.actual;
  }
}

/** Throws an {@link EquipoiseError} unless `condition` holds. */
export function demand(condition: boolean, parts: ErrorParts): asserts condition {
  if (!condition) throw new EquipoiseError(parts);
}

function show(value: unknown): string {
  if (typeof value === 'string') return value.includes(' ') ? value : `'${value}'`;
  if (typeof value === 'function') return `a function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value).slice(0, 120);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
