import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, renameSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import * as z from "zod";

const PutEvents = z.strictObject({
  Entries: z
    .array(
      z.strictObject({
        EventBusName: z.string(),
        Source: z.string(),
        DetailType: z.string(),
        Detail: z.string(),
        Time: z.number().optional(),
        Resources: z.array(z.string()).optional(),
      }),
    )
    .min(1)
    .max(10),
});

/** An event as rules and their targets would get it. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface EventServer {
  readonly endpoint: string;
  /** The last ones, oldest first. */
  readonly events: readonly BusEvent[];
  close(): Promise<void>;
}

/** Few enough that the runner has all its memory within minutes: it grew by 3 MB in half an hour with ten times as many. */
const keptEvents = 1000;

/** Past this size the file begins anew, and what was there is kept beside it. */
const maxFileBytes = 10 * 1024 * 1024;

/**
 * Takes what is put on an event bus, on 127.0.0.1, and writes each event as a line into a file: nobody but the developer
 * looks at it here. It knows PutEvents in EventBridge's JSON protocol and refuses all else. Signatures are not checked; a page
 * in a browser cannot send the header that names the action without asking first, and nobody answers that.
 */
export async function startEventServer({
  buses,
  file,
}: {
  readonly buses: readonly string[];
  readonly file: string;
}): Promise<EventServer> {
  const events: BusEvent[] = [];

  function put(body: unknown): object {
    const taken = PutEvents.parse(body).Entries.map((entry): BusEvent => {
      if (!buses.includes(entry.EventBusName)) throw new Error(`There is no event bus ${entry.EventBusName}.`);
      return {
        version: "0",
        id: randomUUID(),
        "detail-type": entry.DetailType,
        source: entry.Source,
        account: "000000000000",
        // To the second, as EventBridge has it.
        time: `${new Date((entry.Time ?? Date.now() / 1000) * 1000).toISOString().slice(0, 19)}Z`,
        region: "us-east-1",
        resources: entry.Resources ?? [],
        detail: JSON.parse(entry.Detail),
      };
    });
    if (existsSync(file) && statSync(file).size > maxFileBytes) renameSync(file, `${file}.before`);
    appendFileSync(file, taken.map((event) => `${JSON.stringify(event)}\n`).join(""), { mode: 0o600 });
    events.push(...taken);
    events.splice(0, Math.max(0, events.length - keptEvents));
    return { FailedEntryCount: 0, Entries: taken.map(({ id }) => ({ EventId: id })) };
  }

  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    try {
      const target = request.headers["x-amz-target"];
      if (request.method !== "POST" || target !== "AWSEvents.PutEvents") {
        request.resume();
        answer(400, { __type: "UnknownOperationException", message: `${target} is not known here.` });
        return;
      }
      answer(200, put(await json(request)));
    } catch (error) {
      answer(400, { __type: "ValidationException", message: (error as Error).message });
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
