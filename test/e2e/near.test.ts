import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { harbourText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let wire: Client;
let gazette: Client;
let courier: Client;
let reader: Client;

beforeAll(async () => {
  stack = await startTestStack();
  [wire, gazette, courier, reader] = await Promise.all([
    stack.newPartner("submit"),
    stack.newPartner("submit"),
    stack.newPartner("submit"),
    stack.newPartner("read"),
  ]);
});
afterAll(() => stack.close());

const plain = { type: "text/plain" };

/** As a newsroom edits wire copy: another headline, a date line of its own, a word here and there, a line of its own below. */
const edited = harbourText
  .replace(/^.*\n/, "Große Schiffe laufen wieder ein\n")
  .replace("NORDWIJK –", "Nordwijk, 23. November –")
  .replace("wieder für große Schiffe geöffnet worden", "wieder für große Schiffe freigegeben worden")
  .concat("\n\nMit Material unserer Redaktion in Nordwijk.");

describe("wire copy that a newsroom has edited", () => {
  let original: string;

  test("is a duplicate, with the reasons", async () => {
    original = (await wire.put("harbour", harbourText, plain)).json().id;
    const reply = await gazette.put("harbour", edited, plain);
    expect(reply.status).toBe(201);
    const { duplicateOf, outcome } = reply.json();
    expect(outcome).toBe("duplicate");
    expect(duplicateOf).toMatchObject({ id: original, match: "near" });
    expect(duplicateOf.similarity).toBeGreaterThan(0.7);
    expect(duplicateOf.similarity).toBeLessThan(1);
    expect(duplicateOf.evidence).toMatchObject({ containment: expect.any(Number), sharedNumbers: expect.any(Number) });
  });

  test("is listed once, and found with its original", async () => {
    const { items } = (await reader.listArticles()).json;
    expect(items.map((item) => item.id)).toEqual([original]);
    const cluster = (await reader.getCluster({ id: original })).json;
    expect(cluster).toMatchObject({ id: original, originalId: original, duplicates: 1 });
    expect(cluster.items.map((item) => item.partner)).toEqual([wire.partner, gazette.partner]);
    expect(cluster.items[1]).toMatchObject({ similarity: expect.any(Number), joinedAt: expect.any(String) });
    const duplicates = (await reader.listArticleDuplicates({ id: original })).json.items;
    expect(duplicates).toMatchObject([{ partner: gazette.partner, match: "near", similarity: expect.any(Number) }]);
  });

  test("leaves when it becomes another story, and comes back", async () => {
    const other =
      "Der Zoo von Nordwijk hat ein Nashorn bekommen. Es heißt Berta, wiegt zwei Tonnen und stammt aus Basel.";
    const left = (await gazette.put("harbour", other, plain)).json();
    expect(left).not.toHaveProperty("duplicateOf");
    expect(left.clusterId).not.toBe(original);
    expect((await reader.getCluster({ id: original })).json).toMatchObject({ duplicates: 0 });
    const back = (await gazette.put("harbour", edited, plain)).json();
    expect(back).toMatchObject({ outcome: "updated", clusterId: original, duplicateOf: { id: original } });
  });

  test("takes the place of a retracted original, and is then what others are compared with", async () => {
    await wire.send("DELETE", "/v1/submissions/harbour");
    const heir = (await gazette.get("/v1/submissions/harbour")).json();
    const copy = (await courier.put("harbour", `${harbourText}\n\nFoto: Archiv`, plain)).json();
    expect(copy).toMatchObject({ outcome: "duplicate", duplicateOf: { id: heir.id } });
  });
});

test("other figures in the same words are another report", async () => {
  const report = (magnitude: string, depth: string, place: string) =>
    `Ein Erdbeben der Stärke ${magnitude} hat am Montag die Region ${place} erschüttert. Das Zentrum lag nach Angaben des Geologischen Dienstes in ${depth} Kilometern Tiefe. Berichte über Schäden oder Verletzte lagen zunächst nicht vor. Eine Warnung vor einem Tsunami wurde nicht ausgegeben. Die Behörden riefen die Bevölkerung auf, Ruhe zu bewahren und sich von beschädigten Gebäuden fernzuhalten. Nachbeben seien in den kommenden Stunden und Tagen möglich, teilte der Dienst weiter mit.`;
  const first = await wire.put("quake 1", report("5,1", "10", "Kerman"), plain);
  const second = await gazette.put("quake 2", report("6,4", "35", "Antofagasta"), plain);
  expect([first.json().outcome, second.json().outcome]).toEqual(["created", "created"]);
  expect(first.json().clusterId).not.toBe(second.json().clusterId);
});

test("pieces with the same footer are not alike", async () => {
  const footer = [
    "Hinweis: Diese Meldung ist Teil eines automatisierten Angebots und wurde von der Redaktion vor der Veröffentlichung nicht bearbeitet.",
    "Weitere Meldungen aus der Region finden Sie in unserer gedruckten Ausgabe und jeden Morgen in der digitalen Zeitung.",
    "Die Verbreitung, auch in Auszügen, bedarf der Zustimmung des Verlags Nordwijker Blatt in Nordwijk am Hafen.",
  ].join("\n\n");
  const pieces = [
    "Eine Katze ist am Mittwoch mit dem Bus der Linie 4 von Nordwijk nach Ostwijk gefahren. Der Fahrer bemerkte sie erst an der Endhaltestelle, wo sie ausstieg.",
    "Hagel hat in der Nacht Gewächshäuser am Deich zerstört. Die Gärtner schätzen den Schaden auf mehr als eine Million Euro und hoffen auf das Land.",
    "Nach 112 Jahren schließt die Bäckerei am Markt. Die Inhaberin findet niemanden, der um zwei Uhr morgens aufstehen will, und geht in den Ruhestand.",
    "Ein Baum ist auf die Gleise gestürzt, deshalb fahren bis zum Abend keine Züge. Die Bahn setzt Busse ein, die jedoch im Berufsverkehr stecken bleiben.",
    "Die Rathausuhr geht seit Wochen sieben Minuten vor. Touristen fotografieren sie, Einheimische kommen zu früh zur Arbeit, der Uhrmacher ist verreist.",
    "Der Chor der Seefahrtschule sucht Bässe. Vorsingen können alle, die tiefer singen als die Hafensirene und am Dienstag Zeit für die Probe haben.",
  ];
  for (const [index, piece] of pieces.entries()) {
    const reply = await courier.put(`footer ${index}`, `${piece}\n\n${footer}`, plain);
    expect(reply.json().outcome, piece).toBe("created");
  }
});

test("a cluster that is not there is not found", async () => {
  expect((await reader.get(`/v1/clusters/${"0".repeat(32)}`)).status).toBe(404);
  expect((await reader.get("/v1/clusters/x")).status).toBe(400);
});

test("duplicates page through to the last", async () => {
  const text =
    "Die Fähre nach Ostwijk fährt ab Dezember stündlich. Das hat die Reederei am Dienstag mitgeteilt, nachdem Pendler lange darum gebeten hatten.";
  const { id } = (await wire.put("ferry", text, plain)).json();
  for (let n = 0; n < 7; n++) await (await stack.newPartner("submit")).put("ferry", text, plain);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = (await reader.listArticleDuplicates({ id, limit: 3, cursor })).json;
    seen.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(new Set(seen).size).toBe(7);
  expect(seen).toHaveLength(7);
});
