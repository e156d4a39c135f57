/** Cells as an aligned table for the terminal; the first `words` columns are words, the others numbers. A short row ends in a sentence. */
export function textTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  words: number,
): string {
  const cells = [titles, ...rows];
  const widths = titles.map((title, at) =>
    // A sentence may be as long as it likes.
    Math.max(
      title.length,
      ...cells.map((row) => (row.length === titles.length || at < row.length - 1 ? row[at]!.length : 0)),
    ),
  );
  return cells
    .map((row) =>
      row
        .map((cell, at) => (at < words ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
