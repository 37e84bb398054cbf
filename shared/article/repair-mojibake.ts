/** What UTF-8 looks like once it was read as Windows-1252: a lead byte and what its followers turn into. */
const misread =
  /[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|â(?:€(?:$|[\s.,;:!?)])|€[\u0080-\u00bf™œ\u009dž¦“”˜š¢]|‚¬|„¢)|Ð[\u0080-\u00bf].Ð/;

/** Made for the first text that shows the accident: most never do. */
let bytesOf: ReadonlyMap<string, number> | undefined;

function mapBytes(): ReadonlyMap<string, number> {
  const characters = new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  return new Map(Array.from(characters, (character, byte) => [character, byte]));
}

const beyondAscii = /[^\0-\x7f]+/g;

/**
 * Undoes the commonest accident of encodings: UTF-8 that was read as Windows-1252.
 *
 * @returns the text as it was probably meant, or undefined where the text does not show the accident.
 */
export function repairMojibake(text: string): string | undefined {
  if (!misread.test(text)) return undefined;
  const repaired = text.replace(beyondAscii, (run) => decodeRun(run) ?? run);
  return repaired === text ? undefined : repaired;
}

/** Reads a run of characters as the bytes that they came from. */
function decodeRun(run: string): string | undefined {
  bytesOf ??= mapBytes();
  const bytes: number[] = [];
  for (const character of run) {
    const byte = bytesOf.get(character);
    // A character that Windows-1252 lacks was not part of the accident.
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  // The last byte of ” has no character of its own, and is lost more often than not.
  if (run.endsWith("â€")) bytes.push(0x9d);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    // The bytes are no UTF-8, so this was not the accident.
    return undefined;
  }
}
