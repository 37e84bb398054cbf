import * as z from "zod";
import { importObjects } from "../stores/table-keys.ts";

/** What comes through the queue of imports: that a file has arrived, from S3; or a request of our own to go on. */
const ImportMessage = z.union([
  z.object({ importId: z.string() }),
  z.object({ Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })) }),
  // S3 tries the queue when it is told of it.
  z.object({ Event: z.literal("s3:TestEvent") }),
]);

/**
 * The IDs of the imports that a message is about.
 *
 * @throws Error when it is none of ours; it is parked then, for somebody to look at
 */
export function readImportMessage(body: string): string[] {
  const message = ImportMessage.parse(JSON.parse(body));
  if ("importId" in message) return [message.importId];
  if ("Event" in message) return [];
  return message.Records.map(({ s3 }) => {
    const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
    if (!key.startsWith(importObjects.uploads)) throw new Error(`${key} is no upload of an import.`);
    return key.slice(importObjects.uploads.length);
  });
}
