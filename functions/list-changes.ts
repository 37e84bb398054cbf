import { listChanges } from "../shared/api/operations/list-changes.ts";
import { connectDynamoDb } from "../shared/stores/aws-clients.ts";
import { type LogPosition, logStart, openChangeLog } from "../shared/stores/change-log.ts";
import { openPartnerTable } from "../shared/stores/partner-table.ts";
import { httpFunction } from "./http/http-function.ts";
import { readSetting } from "./http/read-setting.ts";
import { openPager } from "./http/turn-page.ts";

const dynamoDb = connectDynamoDb();
const log = openChangeLog(dynamoDb, readSetting("CHANGES_TABLE"));
const keys = openPartnerTable(dynamoDb, readSetting("PARTNERS_TABLE"));
const readCursor = openPager(keys);

export const handler = httpFunction(
  listChanges,
  async ({ query: { start, ...page } }, { event }) => {
    const pager = await readCursor(event, page);
    const isAtEnd = pager.position === undefined && start === "now";
    const { changes, position } = isAtEnd
      ? { changes: [], position: await log.findEnd() }
      : await log.read(readPosition(pager.position), page.limit);
    const { headers, nextCursor = "" } = pager.turn(`${position.entry}:${position.read}`);
    return { status: 200, headers, json: { items: changes, nextCursor }, log: { items: changes.length } };
  },
  { keys },
);

function readPosition(position: string | undefined): LogPosition {
  const [entry, read] = (position ?? "").split(":").map(Number);
  return entry === undefined || read === undefined ? logStart : { entry, read };
}
