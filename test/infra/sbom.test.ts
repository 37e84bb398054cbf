import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Record<
  "dependencies" | "devDependencies",
  Record<string, string>
>;

interface Bill {
  readonly metadata: { readonly component: { readonly name: string; readonly purl: string } };
  readonly bomFormat: string;
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes?: object[];
  }[];
}

test("lists what is deployed, with versions and hashes", () => {
  const printed = execFileSync("npm", ["run", "--silent", "sbom"], { cwd: root, encoding: "utf8" });
  const { bomFormat, metadata, components } = JSON.parse(printed) as Bill;
  expect(bomFormat).toBe("CycloneDX");
  expect(metadata.component).toMatchObject({ name: "copydesk", purl: expect.stringMatching(/^pkg:npm\/copydesk@/) });
  const purls = components.map(({ purl }) => decodeURIComponent(purl));
  const named = Object.entries(dependencies).map(([name, version]) => `pkg:npm/${name}@${version}`);
  expect(named.filter((purl) => !purls.includes(purl))).toEqual([]);
  const others = Object.entries(devDependencies).map(([name, version]) => `pkg:npm/${name}@${version}`);
  expect(others.filter((purl) => purls.includes(purl))).toEqual([]);
  expect(components.filter(({ hashes }) => hashes === undefined).map(({ purl }) => purl)).toEqual([]);
});
