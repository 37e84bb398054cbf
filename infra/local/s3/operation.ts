import type { ServerResponse } from "node:http";
import type { ObjectStore } from "./open-object-store.ts";
import type { S3Request } from "./read-s3-request.ts";
import type { Authorization } from "./verify-signature.ts";

export type OnCreated = (object: { readonly bucket: string; readonly key: string; readonly size: number }) => void;

export type S3Call = {
  readonly request: S3Request;
  readonly authorization: Authorization;
  readonly store: ObjectStore;
  readonly response: ServerResponse;
  readonly onCreated: OnCreated;
};

/**
 * One S3 operation as a value. `selector` is the query parameter that picks it among those of the same method and
 * target; `query` and `fields` are all the parameters and meaningful headers that it understands (a name that ends in
 * `-` stands for all that begin so). A request with any other is refused as not implemented: an option that is quietly
 * ignored would make the laptop behave differently from S3.
 */
export type Operation = {
  readonly name: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly target: "bucket" | "object";
  readonly selector?: string;
  readonly query?: readonly string[];
  readonly fields?: readonly string[];
  readonly answer: (call: S3Call) => Promise<void> | void;
};
