import type { S3Call } from "./operation.ts";
import { readXml, type XmlNode } from "./read-xml.ts";
import { receiveBody } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";

/** A thousand keys of 1,024 bytes, each byte as a character reference. */
const maxXmlBytes = 8_000_000;

/**
 * Reads and checks the whole body as an XML document with this root element; `undefined` when there is no body.
 *
 * @throws S3Error MalformedXML, and what `receiveBody` throws
 */
export async function receiveXml({ request, authorization }: S3Call, rootName: string): Promise<XmlNode | undefined> {
  const pieces: Buffer[] = [];
  await receiveBody(request, { authorization, maxBytes: maxXmlBytes }, (piece) => pieces.push(piece));
  if (pieces.length === 0) return undefined;
  const root = readXml(Buffer.concat(pieces).toString());
  if (root.name === rootName) return root;
  throw new S3Error("MalformedXML", `The XML you provided must have the root element ${rootName}.`);
}
