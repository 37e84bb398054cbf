import { emptyLineProfile, type LineProfile, type ProfileLine } from "./line-profile.ts";

const version = 1;
const headerBytes = 1 + 4;
/** Hash, articles since it was seen, number of marks. */
const lineBytes = 4 + 2 + 1;

/** Brings a profile into bytes, big-endian: less than 4 KB. */
export function encodeLineProfile(profile: LineProfile): Uint8Array {
  const markCount = [...profile.lines.values()].reduce((sum, { marks }) => sum + marks.length, 0);
  const bytes = new Uint8Array(headerBytes + lineBytes * profile.lines.size + markCount);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version);
  view.setUint32(1, profile.articleCount);
  let offset = headerBytes;
  for (const [hash, { marks, seenAt }] of profile.lines) {
    view.setUint32(offset, hash);
    view.setUint16(offset + 4, Math.min(0xffff, profile.articleCount - seenAt));
    view.setUint8(offset + 6, marks.length);
    bytes.set(marks, offset + lineBytes);
    offset += lineBytes + marks.length;
  }
  return bytes;
}

/** Reads what `encodeLineProfile` wrote. Another version or a damaged profile is empty: it is learned again. */
export function decodeLineProfile(bytes: Uint8Array): LineProfile {
  if (bytes.length < headerBytes || bytes[0] !== version) return emptyLineProfile;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const articleCount = view.getUint32(1);
  const lines = new Map<number, ProfileLine>();
  let offset = headerBytes;
  while (offset < bytes.length) {
    const end = offset + lineBytes + (bytes[offset + 6] ?? 0);
    if (end > bytes.length) return emptyLineProfile;
    const marks = [...bytes.subarray(offset + lineBytes, end)];
    lines.set(view.getUint32(offset), { marks, seenAt: articleCount - view.getUint16(offset + 4) });
    offset = end;
  }
  return { articleCount, lines };
}
