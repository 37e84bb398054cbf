import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hashContent } from "../../../../shared/article/content-hash.ts";
import { candidateKeysOf, sketchOf } from "../../../../shared/article/near/compare-articles.ts";
import { encodeLineProfile } from "../../../../shared/article/near/encode-line-profile.ts";
import { encodeSketch } from "../../../../shared/article/near/encode-sketch.ts";
import { hashLine } from "../../../../shared/article/near/hash-line.ts";
import { addArticle, emptyLineProfile, markArticle } from "../../../../shared/article/near/line-profile.ts";
import { readWords } from "../../../../shared/article/near/read-words.ts";
import { smallestHashes } from "../../../../shared/article/near/smallest-hashes.ts";
import { story } from "../../../fixtures/story.ts";

const scripts = [
  "Ärzte-Streik: 7.619.863 € und 4,5 %, sagte Dr. Weiß. Naïve ﬁnale &amp;amp;#8217; ©",
  "東京タワー、大阪。ราคาน้ำมัน ΣΊΣΥΦΟΣ Σίσυφος и́ й a\u00adb",
];
const long = Array.from({ length: 40 }, (_, index) => `${story.lines[index % 8]} ${index * 7}`);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What the table holds was made by earlier versions, and is compared with what this one makes. */
describe("what is stored stays comparable", () => {
  test.for([
    [
      "a report",
      story,
      "6a1dfec90b850b37140caec9b05a5e32e3f95921b8d0204b3f6fff33d06928e2",
      "d90d76a2bf471d9456c58bdd2dd61b4f31efc22fcd5659b37387c5d08c048355",
      "03be6b43ccc5969c 0b8a937d772b5b9e 04a98fb82f308f71 0e739ca3dba90c24 058c7562e072680a 17b310c27bfdf4e2 083523d3f3d9d2fa 18b28e93aa0def1b 0a8c917a86235d2d 1984b7e19ed149bf",
    ],
    [
      "many scripts",
      { lines: scripts },
      "94415545aa737fc29b03e61bd731cd737a48ebbad39f60e5d130cc1d4f51f2d7",
      "a9a67e93eb9980fe612e30f18930ea9a9919983aaa193fe69051c959ec1d7a57",
      "05c12386a6500c95 0ad875279bb50388 0cf1c85495b8e5c3 2b513b0d47fc02af 3c3d0e1a6ffd99d7 58c0af2b63d0cba5 5ea55ea89ba0408f 655287dda835a4a7 71c3c6ab0e192b6f 84cd93515587da43",
    ],
    [
      "a text longer than its sketch",
      { lines: long, title: "Σ 7" },
      "67cd59918bd79fad31beb94cea13e87329e9cde052c44f2e99f35bcf402377ca",
      "9b02e27876a50452f32e9ecad8e5e59d16519dc3aefd7678d9b213dd5032073c",
      "03be6b43ccc5969c 01a4a6cbb741b221 0422b059e6fc3d48 0b8a937d772b5b9e 0e739ca3dba90c24 048b30b023510353 18b28e93aa0def1b 05281a1dec389e63 1b4ec1af8b853bc8 05871e2ca7760c0d",
    ],
  ] as const)("sketch, content hash and keys of %s", ([, article, sketch, contentHash, keys]) => {
    expect(sha256(encodeSketch(sketchOf(article)))).toBe(sketch);
    expect(hashContent(article)).toBe(contentHash);
    expect(candidateKeysOf(article).join(" ")).toBe(keys);
  });

  test("the layout of a sketch", () => {
    const sketch = sketchOf({ lines: ["one two three four"], title: "One", publishedAt: "2026-03-03T09:00:00Z" });
    expect([...encodeSketch(sketch)]).toEqual([
      ...[1, 0, 0, 0, 4, 1, 194, 198, 253, 2, 0, 0, 1, 2],
      ...[6, 78, 0, 217, 44, 88, 54, 43, 171, 165, 232, 127, 6, 78, 0, 217, 44, 88, 54, 43],
    ]);
  });

  test("lines, marks and the profile of a partner", () => {
    expect(hashLine("Follow our desk for more of this.")).toBe(48_832_324);
    expect(hashLine("東京")).toBe(1_980_033_889);
    expect(["2026", "– – –", "x".repeat(401)].map(hashLine)).toEqual([undefined, undefined, undefined]);
    expect(hashLine("x".repeat(400))).toBeDefined();
    expect(hashLine("© – 2026 Example Media")).toBeDefined();
    expect(["demo", "a22f0f1901d6473c094c610fbe913f06"].map(markArticle)).toEqual([52, 191]);
    const one = addArticle(emptyLineProfile, { id: "a", lines: ["Follow our desk.", "東京タワー"] });
    const two = addArticle(one, { id: "b", lines: ["Follow our desk."] });
    expect(Buffer.from(encodeLineProfile(two)).toString("hex")).toBe("0100000002a3782f1e000002bbe1094aadbe000101e1");
  });
});

describe("the words of a text", () => {
  const kindsOf = (text: string): string => {
    const { kinds, count } = readWords([text]);
    return kinds.subarray(0, count).join("");
  };
  const sameWords = (first: string, second: string): boolean => {
    const [one, other] = [readWords([first]), readWords([second])];
    return one.low.subarray(0, one.count).join() === other.low.subarray(0, other.count).join();
  };

  test.for([
    ["a capital that begins a sentence is no name", "The mayor of Ghent. He said: Yes! Who? Me", "000200000"],
    ["a number is one word with its points and commas", "it cost 7,619,863 or 4.5, then 5", "0010101"],
    ["a point behind a number ends a sentence", "by 5. Nine", "010"],
    ["a point in front of letters ends a number", "the 3,x", "010"],
    ["a word with a digit in it is a word", "the B2b", "02"],
    ["pairs of characters without spaces", "東京タワー", "0000"],
    ["a single character has no neighbor", "短 a", "0"],
    ["a capital behind such a character is a name", "短 Ghent", "2"],
    ["zeros and nines stand in numbers", "1,019 1.900", "11"],
    ["a comma in a word with a digit parts it", "a4,5", "01"],
    ["a dash parts numbers, as a space does", "10-20 30", "111"],
  ] as const)("%s", ([, text, kinds]) => {
    expect(kindsOf(text)).toBe(kinds);
  });

  test("a text of any length is read whole", () => {
    const { count, low, kinds } = readWords(["東京".repeat(33_000)]);
    expect([count, low.length, kinds.length]).toEqual([65_999, 65_999, 65_999]);
    expect(low.at(-1)).toBe(low[0]);
  });

  test.for([
    ["7,619,863", "7619863", true],
    ["7,619,863", "7619864", false],
    ["7,619", "7.619", true],
    ["ΣΊΣΥΦΟΣ", "σίσυφος", true],
    ["it&amp;amp;amp;#8217;s", "it&#8217;s", false],
    ["it&amp;amp;#8217;s", "it\u2019s", true],
    ["a\u00adb c\u200bd", "ab cd", true],
    ["東京", "京東", false],
    ["read https://a.example/b?c this", "read this", true],
    ["read www.a.example this HTTP://b", "read this", true],
    ["read www.a.example/b this", "read this", true],
  ] as const)("%s and %s are the same words: %s", ([first, second, expected]) => {
    expect(sameWords(first, second)).toBe(expected);
  });
});

test.for([
  ["all, where there are few", [3, 1, 2], 5, [1, 2, 3]],
  ["each once", [2, 1, 2, 1], 3, [1, 2]],
  ["the least, unsigned", [2 ** 32 - 1, 2 ** 31, 7], 2, [7, 2 ** 31]],
  ["the least of many", Array.from({ length: 50 }, (_, index) => (50 - index) * 80_000_000), 3, [8e7, 16e7, 24e7]],
  [
    "the least of many that are large",
    Array.from({ length: 50 }, (_, index) => 4_294_967_000 + index),
    2,
    [4_294_967_000, 4_294_967_001],
  ],
  ["the least of many repeated ones", [...Array(40).fill(1), 4_000_000_000, 4_100_000_000], 2, [1, 4_000_000_000]],
] as const)("a sample of a set holds %s", ([, values, k, expected]) => {
  expect([...smallestHashes(Uint32Array.from(values), k)]).toEqual(expected);
});
