import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly resolved?: string;
        readonly integrity?: string;
        readonly dev?: boolean;
        readonly optional?: boolean;
        readonly devOptional?: boolean;
        readonly optionalDependencies?: Record<string, string>;
      }
    >
  >;
}

const lock = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8")) as Locked;

test("the lockfile names no registry", () => {
  const named = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
  expect(named).toEqual([]);
});

test("every package that is deployed has the hash of its contents", () => {
  const deployed = Object.entries(lock.packages).filter(
    ([path, { dev, optional, devOptional }]) => path !== "" && !dev && !optional && !devOptional,
  );
  expect(deployed.length).toBeGreaterThan(30);
  expect(deployed.filter(([, { integrity }]) => !integrity?.startsWith("sha512-")).map(([path]) => path)).toEqual([]);
});

test("the lockfile has the binaries of every platform, and not only of the one that it was written on", () => {
  const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => /-(?:android|darwin|freebsd|linux|win32)-/.test(name))
      .filter(
        (name) =>
          lock.packages[`node_modules/${name}`] === undefined &&
          lock.packages[`${path}/node_modules/${name}`] === undefined,
      ),
  );
  // `npm ci` refuses a lockfile that lacks them; npm drops them when it installs over a node_modules that is there.
  expect(missing).toEqual([]);
});
