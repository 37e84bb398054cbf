/** A table for the terminal: columns as wide as their widest cell, a line under the header, numbers to the right. */
export function renderTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const isNumeric = header.map((_, column) => rows.some((row) => typeof row[column] === "number"));
  const shown = [header, ...rows.map((row) => row.map((cell) => cell.toLocaleString("en")))];
  const widths = header.map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  const render = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = shown;
  return [render(head), widths.map((width) => "─".repeat(width)).join("  "), ...body.map(render)].join("\n");
}
