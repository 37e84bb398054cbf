import { type Sketch, sketchLimits } from "./sketch.ts";

/** Changes with the layout and with everything that hashes: sketches of different versions cannot be compared. */
export const sketchVersion = 1;

const lists = ["shingles", "numbers", "names", "title", "lead"] as const;

/** Version, number of words, minute of publication plus one, and the length of each list. */
const headerBytes = 1 + 4 + 4 + lists.length;

/** The size of an encoded sketch is at most this: it is an item of one write unit, with room for its keys. */
export const maxSketchBytes =
  headerBytes + 4 * Object.values(sketchLimits).reduce<number>((sum, limit) => sum + limit, 0);

/** Brings a sketch into bytes, big-endian, at most `maxSketchBytes`. */
export function encodeSketch(sketch: Sketch): Uint8Array {
  const hashCount = lists.reduce((sum, list) => sum + sketch[list].length, 0);
  const bytes = new Uint8Array(headerBytes + 4 * hashCount);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, sketchVersion);
  view.setUint32(1, sketch.wordCount);
  view.setUint32(5, sketch.publishedMinute === undefined ? 0 : sketch.publishedMinute + 1);
  let offset = headerBytes;
  for (const [index, list] of lists.entries()) {
    view.setUint8(9 + index, sketch[list].length);
    for (const hash of sketch[list]) {
      view.setUint32(offset, hash);
      offset += 4;
    }
  }
  return bytes;
}

/** Reads what `encodeSketch` wrote. Undefined for another version or a damaged sketch: there is nothing to compare. */
export function decodeSketch(bytes: Uint8Array): Sketch | undefined {
  if (bytes.length < headerBytes || bytes[0] !== sketchVersion) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = headerBytes;
  const read = (list: number): Uint32Array => {
    const hashes = new Uint32Array(view.getUint8(9 + list));
    for (let index = 0; index < hashes.length; index += 1) {
      hashes[index] = view.getUint32(offset);
      offset += 4;
    }
    return hashes;
  };
  const lengths = lists.reduce((sum, _, index) => sum + view.getUint8(9 + index), 0);
  if (bytes.length !== headerBytes + 4 * lengths) return undefined;
  const publishedMinute = view.getUint32(5) - 1;
  return {
    wordCount: view.getUint32(1),
    ...(publishedMinute >= 0 && { publishedMinute }),
    shingles: read(0),
    numbers: read(1),
    names: read(2),
    title: read(3),
    lead: read(4),
  };
}
