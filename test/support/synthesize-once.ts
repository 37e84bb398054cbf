import { synthesize } from "../../infra/local/synthesize.ts";
import { cdkOut } from "./cdk-out.ts";

/** Builds the stack before the first test file, so that the files, which run side by side, find it there. */
export async function setup(): Promise<void> {
  await synthesize(cdkOut, () => {});
}
