import type { FailurePart, ImportRecord } from "../../shared/stores/import-record.ts";
import type { ImportTable } from "../../shared/stores/import-table.ts";

/** The imports table in memory, behind the type of the real one; a contract suite holds both to the same conditions. */
export function openMemoryImports(): ImportTable {
  const records = new Map<string, ImportRecord>();
  const kept = new Map<string, FailurePart[]>();

  function apply(id: string, change: object): void {
    const next = Object.entries({ ...records.get(id), ...change }).filter(([, value]) => value !== undefined);
    records.set(id, structuredClone(Object.fromEntries(next)) as unknown as ImportRecord);
  }

  return {
    async createImport(record) {
      if (records.has(record.id)) throw new Error("The import is there already.");
      apply(record.id, record);
    },
    async getImport(id) {
      return structuredClone(records.get(id));
    },
    async claim(seen, change) {
      const standing = records.get(seen.id);
      const stands =
        standing?.lease?.token === seen.lease?.token &&
        standing?.state === seen.state &&
        standing.position.items === seen.position.items;
      if (stands) apply(seen.id, change);
      return stands;
    },
    async save(id, token, { parts = [], dropped, ...change }) {
      if (records.get(id)?.lease?.token !== token) return false;
      apply(id, change);
      const replaced = [dropped, ...parts.map(({ lastIndex }) => lastIndex)];
      const others = (kept.get(id) ?? []).filter(({ lastIndex }) => !replaced.includes(lastIndex));
      kept.set(
        id,
        [...others, ...parts].sort((a, b) => a.lastIndex - b.lastIndex),
      );
      return true;
    },
    async listFailureParts(id, after, limit) {
      return (kept.get(id) ?? []).filter(({ lastIndex }) => lastIndex > after).slice(0, limit);
    },
    async listOpen() {
      const open = [...records.values()].filter(({ state }) => state === "running");
      return open.sort((a, b) => ((a.startedAt ?? "") < (b.startedAt ?? "") ? -1 : 1)).map(({ id }) => id);
    },
  };
}
