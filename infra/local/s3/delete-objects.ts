import { checksumFields } from "./checksum-algorithms.ts";
import type { Operation, S3Call } from "./operation.ts";
import type { XmlNode } from "./read-xml.ts";
import { receiveXml } from "./receive-xml.ts";
import { S3Error } from "./s3-error.ts";
import { sendXml } from "./send-xml.ts";
import type { XmlElement } from "./write-xml.ts";

const maxObjects = 1000;

/** Deletes up to 1,000 objects or versions; one that fails is reported and does not stop the others. */
export const deleteObjects: Operation = {
  name: "DeleteObjects",
  method: "POST",
  target: "bucket",
  selector: "delete",
  fields: checksumFields,
  async answer(call) {
    const { request, store, response } = call;
    store.buckets.versioningOf(request.bucket);
    const checked = [...request.fields.keys()].some(
      (name) => name === "content-md5" || name.startsWith("x-amz-checksum-"),
    );
    if (!checked)
      throw new S3Error("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
    const root = await receiveXml(call, "Delete");
    const objects = root?.children.filter((child) => child.name === "Object") ?? [];
    const quiet = root?.children.some((child) => child.name === "Quiet" && child.text === "true") === true;
    if (objects.length === 0 || objects.length > maxObjects) {
      throw new S3Error("MalformedXML", "The XML you provided must name between 1 and 1000 objects.");
    }
    const results = objects.map((object) => deleteOne(call, object));
    sendXml(response, ["DeleteResult", ...results.filter(([name]) => !quiet || name === "Error")]);
  },
};

function deleteOne({ request, store }: S3Call, object: XmlNode): XmlElement {
  const textOf = (name: string) => object.children.find((child) => child.name === name)?.text;
  const key = textOf("Key") ?? "";
  const versionId = textOf("VersionId");
  const named: XmlElement[] = [["Key", key], ...(versionId === undefined ? [] : [["VersionId", versionId] as const])];
  try {
    if (key === "") throw new S3Error("MalformedXML", "Every object needs a Key.");
    if (Buffer.byteLength(key) > 1024) throw new S3Error("KeyTooLongError", "Your key is too long.");
    if (object.children.some((child) => child.name !== "Key" && child.name !== "VersionId")) {
      throw new S3Error("NotImplemented", "Only Key and VersionId are implemented.");
    }
    const version =
      versionId === undefined
        ? store.versions.hide(request.bucket, key)
        : store.versions.remove(request.bucket, key, versionId);
    if (version === undefined || version.blob !== undefined) return ["Deleted", ...named];
    return ["Deleted", ...named, ["DeleteMarker", "true"], ["DeleteMarkerVersionId", version.versionId]];
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return ["Error", ...named, ["Code", error.code], ["Message", error.message]];
  }
}
