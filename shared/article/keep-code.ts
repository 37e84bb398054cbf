/** By who made them, the functions of the document that was read last. */
const kept = new Map<string, unknown>();

/**
 * Keeps functions that are made anew for each document until the next one has its own; they are never called again.
 *
 * An engine forgets the machine code of a function when nothing refers to it any more. Without this, each full collection
 * would take the code of the sanitizer along, and compiling it again is a twentieth of what an article takes.
 *
 * @param functions an object that leads to them
 */
export function keepCode(maker: string, functions: unknown): void {
  kept.set(maker, functions);
}
