import { expect, test } from "vitest";
import { type Format, tellFormat } from "../../../infra/push/tell-format.ts";

const rss = '<?xml version="1.0"?>\n<!-- a feed -->\n<rss version="2.0"><channel/></rss>';

const files: [name: string, head: string | Uint8Array, format: Format | undefined][] = [
  ["a.ndjson", '{"text":"x"}', "lines"],
  ["a.jsonl", "not JSON", "lines"],
  ["a.json", '{"text":"x"}', "object"],
  ["a.json", '{\n  "text": "x"\n}', "object"],
  ["a.json", '{"text":"x"}\n', "object"],
  ["a.json", '{"text":"x"}\n{"text":"y"}\n', "lines"],
  ["a.json", '\ufeff{"text":"x"}\r\n{"text":', "lines"],
  ["a.json", '  [{"text":"x"}]', "array"],
  ["a.json", rss, "feed"],
  ["a.json", "", "object"],
  ["a.xml", rss, "feed"],
  ["a.xml", '<a:entry xmlns:a="x">', "feed"],
  ["a.xml", "<rdf:RDF>", "feed"],
  ["a.xml", "<unknown/>", "feed"],
  ["a.xml", Buffer.from(`\ufeff${rss}`, "utf16le"), "feed"],
  ["a.xml", Buffer.from(rss, "utf16le"), "feed"],
  ["a.atom", "<feed>", "feed"],
  ["a.rss", "broken", "feed"],
  ["a.html", "no tag at all", "html"],
  ["a.html", '{"text":"x"}', "html"],
  ["a.HTM", rss, "html"],
  ["a.txt", "<p>Text about tags", "text"],
  ["a.txt", "[Update] The harbour", "text"],
  ["-", "Text", "text"],
  ["-", "<!doctype html><p>x", "html"],
  ["-", "<p>x", "html"],
  ["-", rss, "feed"],
  ["-", '{"text":"x"}\n{"text":"y"}', "lines"],
  ["-", '{"file":"a","index":0,"problem":{}}', "failures"],
  ["a.ndjson", '{"file":"a","index":0,"problem":{}}', "failures"],
  ["a.jpg", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]), undefined],
  ["a", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]), undefined],
  ["a.json", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]), undefined],
  ["a.md", "# Text", undefined],
  ["a.csv", "a,b", undefined],
];

test.each(files)("%s with %j is %s", (name, head, format) => {
  expect(tellFormat(name, Buffer.from(head))).toBe(format);
});

test("what the user says counts", () => {
  expect(tellFormat("a.md", Buffer.from("# Text"), "text/plain")).toBe("text");
  expect(tellFormat("a.md", Buffer.from("<p>x"), "text/html")).toBe("html");
  expect(tellFormat("-", Buffer.from('{"text":"x"}'), "application/x-ndjson")).toBe("lines");
});
