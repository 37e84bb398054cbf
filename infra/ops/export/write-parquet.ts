import { open } from "node:fs/promises";
import type { SchemaElement } from "hyparquet";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import type { ColumnType, ExportColumn, ExportRow } from "./export-columns.ts";

/** A group of rows is held in memory until it is written; readers skip by groups, so they should not be small either. */
const maxRowsPerGroup = 5000;
const maxCharactersPerGroup = 16_000_000;

/** Writes articles as Parquet, with times as timestamps (UTC, milliseconds) and lists as lists. */
export async function writeParquet(
  file: string,
  rows: AsyncIterable<ExportRow>,
  columns: readonly ExportColumn[],
): Promise<void> {
  const writer = fileWriter(file);
  const parquet = new ParquetWriter({ writer, schema: makeSchema(columns), createdBy: "copydesk" });
  let group = columns.map((): unknown[] => []);
  let characters = 0;
  const writeGroup = async () => {
    const [first] = group;
    if (first === undefined || first.length === 0) return;
    await parquet.write({
      columnData: columns.map(({ name }, index) => ({ name, data: group[index] ?? [] })),
      rowGroupSize: first.length,
    });
    group = columns.map(() => []);
    characters = 0;
  };
  for await (const row of rows) {
    for (const [index, { type, read }] of columns.entries()) group[index]?.push(toValue(type, read(row)));
    characters += (row.text?.length ?? 0) + (row.html?.length ?? 0);
    if ((group[0]?.length ?? 0) >= maxRowsPerGroup || characters >= maxCharactersPerGroup) await writeGroup();
  }
  await writeGroup();
  await parquet.finish();
  // On the disk before it gets its name: a file of that name is whole, also after a power cut.
  const handle = await open(file, "r+");
  await handle.sync();
  await handle.close();
}

function toValue(type: ColumnType, value: ReturnType<ExportColumn["read"]>): unknown {
  if (value === undefined) return null;
  if (type === "timestamp") return new Date(String(value));
  return value;
}

function makeSchema(columns: readonly ExportColumn[]): SchemaElement[] {
  return [{ name: "article", num_children: columns.length }, ...columns.flatMap(describeColumn)];
}

/** Without it, some readers take times for those of their own zone. */
const instant = { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" } as const;

function describeColumn({ name, type, isRequired }: ExportColumn): SchemaElement[] {
  const repetition_type = isRequired ? "REQUIRED" : "OPTIONAL";
  switch (type) {
    case "string":
      return [{ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type }];
    case "timestamp":
      return [{ name, type: "INT64", converted_type: "TIMESTAMP_MILLIS", logical_type: instant, repetition_type }];
    case "integer":
      return [{ name, type: "INT32", repetition_type }];
    case "number":
      return [{ name, type: "DOUBLE", repetition_type }];
    case "strings":
      // Lists in the three levels that the format asks for.
      return [
        { name, converted_type: "LIST", num_children: 1, repetition_type },
        { name: "list", num_children: 1, repetition_type: "REPEATED" },
        { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      ];
  }
}
