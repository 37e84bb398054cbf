import type { Operation } from "./operation.ts";
import { sendXml } from "./send-xml.ts";

/** Tells the state of versioning; no Status at all when it has never been switched on. */
export const getBucketVersioning: Operation = {
  name: "GetBucketVersioning",
  method: "GET",
  target: "bucket",
  selector: "versioning",
  answer({ request, store, response }) {
    const versioning = store.buckets.versioningOf(request.bucket);
    sendXml(response, ["VersioningConfiguration", versioning === "" ? undefined : ["Status", versioning]]);
  },
};
