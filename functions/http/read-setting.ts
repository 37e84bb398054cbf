/**
 * A setting of the function, from its environment.
 *
 * @throws Error at once when it is missing: a default would send data to the wrong place
 */
export function readSetting(
  name:
    | "ARTICLES_TABLE"
    | "CHANGES_TABLE"
    | "PARTNERS_TABLE"
    | "RAW_BUCKET"
    | "NEAR_DUPLICATE_DAYS"
    | "TIMELINE_SHARDS"
    | "IMPORTS_TABLE"
    | "IMPORTS_BUCKET"
    | "IMPORT_QUEUE"
    | "SEARCH_ENDPOINT"
    | "WEBHOOKS_TABLE"
    | "DELIVERY_QUEUE"
    | "EVENT_BUS",
): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`The setting ${name} is missing.`);
  return value;
}
