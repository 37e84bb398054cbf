import type { ServerResponse } from "node:http";
import { writeXml, type XmlElement } from "./write-xml.ts";

/** Answers 200 with an XML document. */
export function sendXml(response: ServerResponse, document: XmlElement): void {
  const body = Buffer.from(writeXml(document));
  response.writeHead(200, { "content-type": "application/xml", "content-length": body.length });
  response.end(body);
}
