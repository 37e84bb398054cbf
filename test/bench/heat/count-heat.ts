import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { itemBytes } from "../../../infra/ops/cost/item-bytes.ts";
import { timelineIndexes } from "../../../shared/stores/table-keys.ts";

type Item = Readonly<Record<string, AttributeValue>>;

/** What one partition gives in a second, in units; DynamoDB divides a table at keys, and a single key no further. */
export const partitionLimits = { writes: 1000, reads: 3000 } as const;

/** Units by partition key, for the table and each of its indexes, written and read. */
export type Heat = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface HeatCounter {
  readonly heat: Heat;
  /** Takes a request as it goes over the wire. */
  count(action: string, asked: unknown): void;
}

/**
 * Adds up by partition key what requests write and read. Writes in a transaction count twice in the table and once in its
 * indexes, consistent reads once. An update, whose item is not seen, counts as one of less than a kilobyte.
 */
export function openHeatCounter(): HeatCounter {
  const heat = new Map<string, Map<string, number>>();
  function add(place: string, key: string | undefined, units: number): void {
    if (key === undefined) return;
    const keys = heat.get(place) ?? new Map<string, number>();
    heat.set(place, keys);
    keys.set(key, (keys.get(key) ?? 0) + units);
  }

  function write(item: Item, factor: number): void {
    const units = Math.max(1, Math.ceil(itemBytes(item) / 1024));
    add("table, written", item["pk"]?.S, factor * units);
    for (const [name, { partitionKey }] of Object.entries(timelineIndexes)) {
      // What an index carries of an article stays below a kilobyte; see article-item.ts.
      add(`${name}, written`, item[partitionKey]?.S, 1);
    }
  }

  return {
    heat,
    count(action, asked) {
      const request = asked as {
        readonly Item?: Item;
        readonly Key?: Item;
        readonly TransactItems?: readonly Readonly<Record<string, { readonly Item?: Item; readonly Key?: Item }>>[];
        readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
      };
      for (const entry of request.TransactItems ?? []) {
        for (const { Item, Key } of Object.values(entry)) write(Item ?? Key ?? {}, 2);
      }
      if (action === "PutItem" || action === "UpdateItem") write(request.Item ?? request.Key ?? {}, 1);
      if (action === "GetItem") add("table, read", request.Key?.["pk"]?.S, 1);
      for (const { Keys } of Object.values(request.RequestItems ?? {})) {
        for (const key of Keys) add("table, read", key["pk"]?.S, 1);
      }
    },
  };
}
