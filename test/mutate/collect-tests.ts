// biome-ignore lint/performance/noBarrelFile: it stands in for vitest, whose own `expect` is all that is needed of it.
export { expect } from "vitest";

type Body = (...values: never[]) => unknown;

export interface CollectedTest {
  readonly name: string;
  readonly run: () => unknown;
}

/** What the test files have declared since it was emptied last. */
export const collected: CollectedTest[] = [];
const around: string[] = [];

export function describe(name: string, declare: () => void): void {
  around.push(name);
  declare();
  around.pop();
}

export function test(name: string, body: Body): void {
  collected.push({ name: [...around, name].join(" > "), run: body });
}

test.for =
  (rows: readonly never[]) =>
  (name: string, body: Body): void => {
    for (const [index, row] of rows.entries()) test(`${name} [${index}]`, () => body(row));
  };

test.each =
  (rows: readonly never[]) =>
  (name: string, body: Body): void => {
    for (const [index, row] of rows.entries()) {
      test(`${name} [${index}]`, () => (Array.isArray(row) ? body(...(row as never[])) : body(row)));
    }
  };

test.skipIf = (isSkipped: boolean): ((name: string, body: Body) => void) => (isSkipped ? () => {} : test);
