import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/**
 * Bytes of an item as DynamoDB counts them (developer guide, "DynamoDB item sizes and formats"): names and texts in UTF-8, two
 * digits of a number in a byte and one byte more, three for a list or a map and one for each of its elements.
 */
export function sizeOfItem(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0);
}

function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/^-|\.|e.*$|0+$/g, "").length / 2) + 1;
  if (value.B !== undefined) return value.B.byteLength;
  if (value.L !== undefined) return value.L.reduce((sum, element) => sum + 1 + sizeOfValue(element), 3);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + sizeOfItem(value.M);
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 3);
  return 1;
}
