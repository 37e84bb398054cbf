import { sketchVersion } from "./near/encode-sketch.ts";
import { policyVersion } from "./policy.ts";

/**
 * Raise it with each change of what becomes the text or the metadata of an article, or is taken for boilerplate: articles that
 * were derived by another version are derived anew by `ops reprocess`.
 */
const textVersion = "2";

/** By what an article is derived from its bytes: the policy, the rules for text and metadata, the fingerprint. */
export const derivationVersion: string = [policyVersion, textVersion, sketchVersion].join(".");
