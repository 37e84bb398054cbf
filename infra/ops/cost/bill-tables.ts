import { type CapacityMode, defaultRates, type Place, sizeCapacity, unitsToHold } from "../../table-capacity.ts";
import { assumed, prices } from "../prices.ts";
import { type BillLine, billLine } from "./bill-line.ts";
import { sumOf } from "./sum-of.ts";

interface Units {
  readonly write: number;
  readonly read: number;
}

/** Units that a month uses, by where they are used. */
export interface TableUse {
  /** The articles table but for its indexes. */
  readonly articles: Units;
  /** Of each index of it, what is written; submissions read none. */
  readonly indexes: readonly number[];
  /** Recurring lines of partners, which lie in the articles table, too. */
  readonly profiles: Units;
  /** The log of changes. */
  readonly changes: Units;
  /** How far the bus was told, which lies with the subscribers in a table that stays on demand. */
  readonly told: Units;
  /** As `told`. */
  readonly quotas: Units;
}

const { writeUnit, readUnit, writeUnitHour, readUnitHour } = prices.dynamoDb;

/** What the use of the tables costs, without what they store. */
export function billTables(mode: CapacityMode, use: TableUse): BillLine[] {
  return mode === "on-demand" ? billOnDemand(use) : billProvisioned(use);
}

function billOnDemand({ articles, indexes, profiles, changes, told, quotas }: TableUse): BillLine[] {
  const written = (what: string, units: number) => billLine("DynamoDB", what, units, "write units", writeUnit);
  const read = sumOf([articles, profiles, changes, told, quotas].map((units) => units.read));
  return [
    written("articles, in transactions", articles.write),
    written("indexes of the lists", sumOf(indexes)),
    written("log of changes, and how far it is told", changes.write + told.write),
    written("quotas", quotas.write),
    written("recurring lines of partners", profiles.write),
    billLine("DynamoDB", "everything that is read", read, "read units", readUnit),
  ];
}

/**
 * An hour is paid for by what is held in it, so each table and each index is billed for whole units: as many as autoscaling comes
 * to hold when the month's use is even, and never fewer than a stage holds with the default context.
 */
function billProvisioned({ articles, indexes, profiles, changes, told, quotas }: TableUse): BillLine[] {
  const holdAll = (what: string, kind: "write" | "read", held: readonly number[]) =>
    billLine(
      "DynamoDB",
      `${what}: ${sumOf(held).toLocaleString("en")} held`,
      sumOf(held) * assumed.hoursOfMonth,
      `${kind} unit-hours`,
      kind === "write" ? writeUnitHour : readUnitHour,
    );
  return [
    holdAll("articles, in transactions", "write", [hold("articles", "write", articles.write + profiles.write)]),
    holdAll(
      "indexes of the lists",
      "write",
      indexes.map((units) => hold("index", "write", units)),
    ),
    holdAll("log of changes", "write", [hold("changes", "write", changes.write)]),
    holdAll("articles, lists and log", "read", [
      hold("articles", "read", articles.read + profiles.read),
      ...indexes.map(() => hold("index", "read", 0)),
      hold("changes", "read", changes.read),
    ]),
    billLine("DynamoDB", "how far the log is told", told.write, "write units", writeUnit),
    billLine("DynamoDB", "quotas", quotas.write, "write units", writeUnit),
    billLine("DynamoDB", "subscribers", told.read + quotas.read, "read units", readUnit),
  ];
}

/** @param units that the month uses */
function hold(place: Place, use: "write" | "read", units: number): number {
  return Math.max(sizeCapacity(place, use, defaultRates).min, unitsToHold(units / (assumed.hoursOfMonth * 3600)));
}
