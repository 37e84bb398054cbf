import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { readArticleItem } from "./article-item.ts";
import type { ArticleRecord } from "./article-record.ts";

type Image = Parameters<typeof unmarshall>[0];

/** The article before and after a write, from a record of the articles table's stream; undefined for any other item. */
export function readStreamRecord(
  record: DynamoDBRecord,
): { readonly before: ArticleRecord | undefined; readonly after: ArticleRecord | undefined } | undefined {
  const { Keys, OldImage, NewImage } = record.dynamodb ?? {};
  if (Keys?.["sk"]?.S !== "article") return undefined;
  const parse = (image: object | undefined) => image && readArticleItem(unmarshall(image as Image));
  return { before: parse(OldImage), after: parse(NewImage) };
}
