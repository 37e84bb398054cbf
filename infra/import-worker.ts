import { Construct } from "constructs";
import { importWorkerTimeout } from "./imports.ts";
import { makeFunction } from "./make-function.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";
import { workOff } from "./work-queue.ts";

/** So many imports are worked on at once; the others wait. It keeps a hundred files from taking the tables from everybody. */
const maxConcurrency = 5;

/** The function that works off imports, one message at a time. */
export class ImportWorker extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; readonly storage: Storage; readonly bundles: string },
  ) {
    super(scope, id);
    const worker = makeFunction(this, "run-import", { ...props, timeout: importWorkerTimeout });
    workOff(this, props.storage.imports.queue, worker, maxConcurrency);
  }
}
