import { ConditionalCheckFailedException, TransactionCanceledException, type Update } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";

/** What has to stand for a write to be made. */
export interface WriteCondition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: object;
}

/**
 * An update of single attributes on a condition.
 *
 * @param item.change by attribute; what is undefined is removed
 */
export function describeUpdate(
  item: { readonly TableName: string; readonly key: Record<string, string>; readonly change: object },
  { expression, names, values }: WriteCondition,
): Update {
  const entries = Object.entries(item.change);
  const set = entries.filter(([, value]) => value !== undefined);
  const remove = entries.filter(([, value]) => value === undefined);
  const given = { ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])), ...values };
  return {
    TableName: item.TableName,
    Key: marshall(item.key),
    UpdateExpression: [
      ...(set.length > 0 ? [`SET ${set.map(([name]) => `#${name} = :${name}`).join(", ")}`] : []),
      ...(remove.length > 0 ? [`REMOVE ${remove.map(([name]) => `#${name}`).join(", ")}`] : []),
    ].join(" "),
    ConditionExpression: expression,
    ExpressionAttributeNames: { ...names, ...Object.fromEntries(entries.map(([name]) => [`#${name}`, name])) },
    // DynamoDB refuses an empty one.
    ...(Object.keys(given).length > 0 && {
      ExpressionAttributeValues: marshall(given, { removeUndefinedValues: true }),
    }),
  };
}

/** Whether a write was made: false when its condition does not hold; any other failure is thrown. */
export async function isWritten(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    if (
      error instanceof TransactionCanceledException &&
      error.CancellationReasons?.some(({ Code }) => Code === "ConditionalCheckFailed")
    ) {
      return false;
    }
    throw error;
  }
}
