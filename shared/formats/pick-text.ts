/** A value of parsed JSON, as far as anything is known about it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether it is an object with names, and no list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The field as text that is not blank, a number as its digits. A name on the prototype is not a field. */
export function pickText(object: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (typeof value === "string" && value.trim() !== "") return value;
    if (typeof value === "number" && Number.isFinite(value)) return String(value);
  }
  return undefined;
}

/** The field as a list; a single value is a list of one. */
export function pickList(object: JsonObject, ...names: readonly string[]): readonly unknown[] {
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (Array.isArray(value)) return value;
    if (value !== undefined && value !== null) return [value];
  }
  return [];
}
