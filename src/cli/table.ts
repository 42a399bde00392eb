import { printableLine } from "./printable.ts";

/** One column: its heading, and its text for a row. */
export interface Column<T> {
  readonly heading: string;
  readonly cell: (row: T) => string;
}

const gap = "   ";

/**
 * A table as kubectl prints it: headings, columns as wide as their widest cell, three spaces between. With `width` (a
 * terminal's) the widest columns are cut with `…` until a line fits; without it nothing is cut, so that scripts see all.
 */
export function formatTable<T>(rows: readonly T[], columns: readonly Column<T>[], width?: number): string {
  const cells = rows.map((row) => columns.map(({ cell }) => printableLine(cell(row)) || "<none>"));
  const lines = [columns.map(({ heading }) => heading), ...cells];
  const widths = narrow(
    columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? "").length))),
    width,
  );
  return lines
    .map(
      (line) =>
        `${line
          .map((text, index) => pad(text, widths[index] ?? 0))
          .join(gap)
          .trimEnd()}\n`,
    )
    .join("");
}

function narrow(widths: readonly number[], width: number | undefined): number[] {
  const fitted = [...widths];
  if (width === undefined) return fitted;
  const total = () => fitted.reduce((sum, each) => sum + each, gap.length * (fitted.length - 1));
  for (let widest = Math.max(...fitted); total() > width && widest > 12; widest = Math.max(...fitted)) {
    fitted[fitted.indexOf(widest)] = widest - 1;
  }
  return fitted;
}

function pad(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text.padEnd(width);
}
