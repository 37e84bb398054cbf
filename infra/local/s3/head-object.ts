import { getObject } from "./get-object.ts";
import type { Operation } from "./operation.ts";

/** GetObject without the body, conditions and ranges included. */
export const headObject: Operation = { ...getObject, name: "HeadObject", method: "HEAD" };
