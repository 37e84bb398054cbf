import { expect, test } from "vitest";
import { repairMojibake } from "../../../shared/article/repair-mojibake.ts";

test.for([
  ["FÃ¼r die StraÃŸe", "Für die Straße"],
  ["Ãœber, Ã¼ber", "Über, über"],
  ["â€œGutâ€ sagte er", "“Gut” sagte er"],
  ["10 â‚¬", "10 €"],
  ["Für die Straße", undefined],
  ["Â£ und ℵ", "£ und ℵ"],
  // What has a character that Windows-1252 lacks was not misread, nor was what is no UTF-8.
  ["Ã¼ℵ", undefined],
  ["Ã¼é", undefined],
  // Letters of its own in Czech and other languages.
  ["Å¡", undefined],
] as const)("%j was %j", ([text, meant]) => {
  expect(repairMojibake(text)).toBe(meant);
});
