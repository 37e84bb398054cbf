/** An XML element: its name, then its children; `undefined` stands for a child that is left out. */
export interface XmlElement extends ReadonlyArray<XmlElement | string | undefined> {
  readonly 0: string;
}

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Writes a document in S3's namespace; an error document has none, as with S3. */
export function writeXml(root: XmlElement): string {
  const attribute = root[0] === "Error" ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root, attribute)}`;
}

function writeNode(node: XmlElement | string | undefined): string {
  if (node === undefined) return "";
  if (typeof node === "string") return escapeText(node);
  return writeElement(node, "");
}

function writeElement(element: XmlElement, attribute: string): string {
  return `<${element[0]}${attribute}>${element.slice(1).map(writeNode).join("")}</${element[0]}>`;
}

/**
 * Control characters go out as character references, as S3 sends them. XML 1.0 allows most of them in no form, so a
 * client with such keys has to ask for `encoding-type=url`.
 */
function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be escaped.
  return text.replace(/[&<>"\u0000-\u001f\ufffe\uffff]/g, (character) => `&#${character.charCodeAt(0)};`);
}
