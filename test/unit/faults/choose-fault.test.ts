import { expect, test } from "vitest";
import { chooseFault, type Target } from "../../faults/choose-fault.ts";
import { openRandom } from "../../support/random.ts";

const request = { action: "PUT", caller: "", body: Buffer.of() };

test.each<Target>(["dynamoDb", "s3", "api"])(
  "%s meets every kind of fault, in every part of every message",
  (target) => {
    const random = openRandom(1);
    const faults = Array.from({ length: 5000 }, () => chooseFault(target, request, random).fault);
    const met = new Set(
      faults.map((fault) =>
        "message" in fault
          ? `${fault.kind}, ${fault.part} of the ${fault.message}`
          : `${fault.kind}${"when" in fault ? ` ${fault.when}` : ""}`,
      ),
    );
    const inMessages = ["reset", "end", "hang", "drip"].flatMap((kind) =>
      ["request", "answer"].flatMap((message) => ["head", "body"].map((part) => `${kind}, ${part} of the ${message}`)),
    );
    expect([...met].sort()).toEqual([...inMessages, "answer before", "answer after", "delay"].sort());
  },
);
