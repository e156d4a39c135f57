/** A cell of this length is one. */
const SENTENCE = 40;

/** Cells as an aligned table for the terminal; the first `words` columns are words, the others numbers. A short row ends in a sentence. */
export function textTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  words: number,
): string {
  const cells = [titles, ...rows];
  const last = titles.length - 1;
  const widths = titles.map((title, at) => {
    // What stands last may be a sentence as long as it likes.
    const own = cells.filter((row) => at < row.length - 1 || (at === last && row[at] !== undefined));
    return Math.max(title.length, ...own.map((row) => row[at]!.length).filter((length) => length < SENTENCE));
  });
  return cells
    .map((row) =>
      row
        .map((cell, at) => (at < words ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
