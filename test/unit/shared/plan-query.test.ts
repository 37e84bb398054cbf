import { describe, expect, test } from "vitest";
import { type ListQuery, planQuery } from "../../../shared/plan-query.ts";

const defaults: ListQuery = { status: ["live"], limit: 20 };

/** A value for every filter and every order that the list knows. */
const asked = {
  partner: [["wire"], ["wire", "local"]],
  source: [["a.example"]],
  language: [["de", "fr"]],
  tag: [["x"]],
  author: [["Ilse Brandt"]],
  publishedFrom: ["2026-11-01T00:00:00.000Z"],
  publishedTo: ["2026-11-24T00:00:00.000Z"],
  status: [["live"], ["retracted"], ["live", "retracted"]],
  cluster: ["00000000000000000000000000000001"],
  duplicates: ["exclude", "include", "only"],
  sort: ["publishedAt", "-publishedAt", "ingestedAt", "-ingestedAt"],
} as const satisfies { readonly [Name in Exclude<keyof ListQuery, "limit">]: readonly ListQuery[Name][] };

function combine(): ListQuery[] {
  let queries: ListQuery[] = [defaults];
  for (const [name, values] of Object.entries(asked)) {
    queries = queries.flatMap((query) => [query, ...values.map((value) => ({ ...query, [name]: value }) as ListQuery)]);
  }
  return queries;
}

test("every combination of filters and orders is answered from partitions of one index", () => {
  const queries = combine();
  expect(queries.length).toBeGreaterThan(30_000);
  for (const query of queries) {
    const { index, values, residual, stretch } = planQuery(query);
    const goesByDays = index === "byDay" || index === "byArrival";
    // Days are listed and a story has its own partition; anything else has to name the partitions that it reads.
    expect(goesByDays || index === "members" || values.length > 0).toBe(true);
    // What the index does not answer is looked at, and nothing twice.
    const inIndex = { bySource: "source", byPartner: "partner", byDay: "", byArrival: "", members: "" }[index];
    for (const name of ["partner", "source", "language", "tag", "author"] as const) {
      expect(residual.includes(name)).toBe(query[name] !== undefined && name !== inIndex);
    }
    expect(stretch.isAscending).toBe(query.sort === "publishedAt" || query.sort === "ingestedAt");
  }
});

describe("the filter that narrows most is answered from its own index", () => {
  const published = { publishedFrom: "2026-11-01T08:00:00.000Z", publishedTo: "2026-11-24T00:00:00.000Z" };

  test.each<[Partial<ListQuery>, string]>([
    [{}, "byDay o ..~ -"],
    [{ partner: ["wire"] }, "byPartner(wire) o ..~ -"],
    [{ source: ["a.example", "b.example", "a.example"] }, "bySource(a.example,b.example) o ..~ -"],
    [{ source: ["a.example"], partner: ["wire"], tag: ["x"] }, "bySource(a.example) o ..~ - partner,tag"],
    [{ tag: ["x"], language: ["de"] }, "byDay o ..~ - language,tag"],
    [published, "byDay o 2026-11-01T08:00:00.000Z..2026-11-24T00:00:00.000Z -"],
    [{ duplicates: "include" }, "byDay o,d ..~ -"],
    [{ duplicates: "only", partner: ["wire"] }, "byPartner(wire) d ..~ -"],
    [{ status: ["retracted"] }, "byDay r ..~ -"],
    [{ status: ["live", "retracted"], duplicates: "include" }, "byDay o,d,r ..~ -"],
    [{ status: ["retracted"], duplicates: "only" }, "byDay  ..~ -"],
    [{ sort: "publishedAt", source: ["a.example"] }, "bySource(a.example) o ..~ +"],
    [{ sort: "ingestedAt", source: ["a.example"] }, "byArrival o ..~ + source"],
    // Nothing arrives before it is published, so the beginning holds for the arrival too; the end does not.
    [{ sort: "-ingestedAt", ...published }, "byArrival o 2026-11-01T08:00:00.000Z..~ - published"],
    [{ cluster: "c", partner: ["wire"] }, "members o,d ..~ - partner,status"],
    [{ cluster: "c", duplicates: "exclude" }, "members o ..~ - status,duplicates"],
  ])("%j", (query, expected) => {
    const { index, values, kinds, stretch, residual } = planQuery({ ...defaults, ...query });
    const partitions = values.length === 0 ? index : `${index}(${values})`;
    const order = stretch.isAscending ? "+" : "-";
    expect(`${partitions} ${kinds} ${stretch.from}..${stretch.before} ${order} ${residual}`.trim()).toBe(
      expected.replace(
        /\b(o|d|r)\b(?=[, ])/g,
        (kind) => ({ o: "original", d: "duplicate", r: "retracted" })[kind] ?? "",
      ),
    );
  });
});
