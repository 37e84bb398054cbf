import openapi from "../../shared/api/openapi.json" with { type: "json" };
import type { Random } from "../support/random.ts";

/** The part of JSON Schema that the OpenAPI document uses for requests. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: "string" | "number" | "integer" | "boolean" | "object" | "array";
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Strings that programs trip over. */
export const oddStrings: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\ufeff",
  "\u202e\u2066",
  "é".normalize("NFD"),
  "👩‍👩‍👧‍👦".repeat(20),
  "ß".repeat(3000),
  "x".repeat(70_000),
  "__proto__",
  "constructor",
  "toString",
  "null",
  "-1",
  "1e999",
  "../../etc/passwd",
  "%2e%2e%2f",
  "%",
  "~",
  "~00000000000000000000000000000000",
  "#",
  "a#b/c?d=e&f",
  "'\";--<script>",
  "\r\nX-Injected: 1",
  "2026-02-30T25:61:61Z",
  "9999-12-31T23:59:59.999Z",
  "0000-01-01T00:00:00Z",
  "http://[::1",
  "https://user:pass@host:99999/\\..//%00?#",
  "javascript:alert(1)",
  `https://a.example/${"p/".repeat(2000)}`,
  "data:,x",
];

const oddValues: readonly unknown[] = [null, true, 0, -0, -1, 1.5, 1e308, 2 ** 53, [], {}, [[]], [null], { a: 1 }];

/** How likely a part of a value breaks its schema. */
const oddChance = 0.06;

/** A value that mostly keeps to the schema, and here and there does not. */
export function generateValue(schema: Schema, random: Random, depth = 0): unknown {
  if (random.chance(oddChance)) return random.chance(0.5) ? random.pick(oddStrings) : random.pick(oddValues);
  if (schema.$ref !== undefined) return generateValue(resolve(schema.$ref), random, depth);
  if (schema.anyOf !== undefined) return generateValue(random.pick(schema.anyOf), random, depth);
  if (schema.enum !== undefined) return random.pick(schema.enum);
  if (schema.examples !== undefined && random.chance(0.3)) return random.pick(schema.examples);
  switch (schema.type) {
    case "string":
      return generateString(schema, random);
    case "integer":
    case "number":
      return generateNumber(schema, random);
    case "boolean":
      return random.chance(0.5);
    case "array": {
      const length = depth > 4 ? 0 : random.chance(0.05) ? (schema.maxItems ?? 50) + 1 : random.below(4);
      return Array.from({ length }, () => generateValue(schema.items ?? {}, random, depth + 1));
    }
    case "object":
      return generateObject(schema, random, depth);
    default:
      return random.pick(oddValues);
  }
}

function generateObject(schema: Schema, random: Random, depth: number): Record<string, unknown> {
  const required = new Set(schema.required);
  const entries = Object.entries(schema.properties ?? {})
    .filter(([name]) => random.chance(required.has(name) ? 0.95 : 0.4))
    .map(([name, property]) => [name, generateValue(property, random, depth + 1)] as const);
  const extra = random.chance(oddChance) ? [[random.pick(oddStrings), random.pick(oddValues)] as const] : [];
  return Object.fromEntries([...entries, ...extra]);
}

function generateString({ format, pattern, maxLength }: Schema, random: Random): string {
  if (format === "date-time")
    return `20${10 + random.below(30)}-0${1 + random.below(9)}-1${random.below(10)}T0${random.below(10)}:00:00Z`;
  if (format === "date") return `2026-0${1 + random.below(9)}-1${random.below(10)}`;
  if (format === "uri" || pattern?.includes("http")) return `https://wire.example/${random.below(50)}?utm_source=x`;
  if (pattern?.includes("{32}")) return generateHex(random, 32);
  if (maxLength !== undefined && random.chance(oddChance)) return "m".repeat(maxLength + random.below(2));
  return random.pick(["de", "en", "nl", "harbour", "Hafen von Nordwijk", "a", "b", "1", "Ilse Brandt", "agency"]);
}

function generateNumber({ minimum = 0, maximum = 1000 }: Schema, random: Random): number {
  if (random.chance(0.1)) return random.pick([minimum - 1, minimum, maximum, maximum + 1]);
  return minimum + random.below(Math.min(maximum - minimum, 1000) + 1);
}

export function generateHex(random: Random, length: number): string {
  return Array.from({ length }, () => random.below(16).toString(16)).join("");
}

function resolve(ref: string): Schema {
  const name = ref.split("/").at(-1) ?? "";
  return (openapi.components.schemas as unknown as Record<string, Schema>)[name] ?? {};
}
