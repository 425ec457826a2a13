/** Lines rows up in columns of equal width, the first row underlined; for terminals and `text/plain`. */
export function textTable(
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[],
): string {
  const widths = align.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? "")].length)));
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? "";
        const space = " ".repeat(width - [...cell].length);
        return align[column] === "right" ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  const [header, ...body] = rows;
  return [line(header ?? []), widths.map((width) => "─".repeat(width)).join("  "), ...body.map(line)].join(
    "\n",
  );
}
