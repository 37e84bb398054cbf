/** A string that grows by pieces. */
export interface StringBuilder {
  add(piece: string): void;
  size(): number;
  /** Gives the string, and begins a new one. */
  take(): string;
}

/** The pieces of so many characters are laid together; until then each costs memory of its own. */
const flatCharacters = 65_536;

/**
 * Builds a string from pieces. Engines add to a string faster than they join arrays, but keep every piece until somebody looks
 * into it; millions of pieces of a character or two would take fifty times the memory of the text.
 */
export function createStringBuilder(): StringBuilder {
  let tail = "";
  let done: string[] = [];
  let doneSize = 0;

  function layTogether(): void {
    // Looking at a character is what makes engines lay the pieces together.
    tail.charCodeAt(0);
    done.push(tail);
    doneSize += tail.length;
    tail = "";
  }

  return {
    add(piece) {
      tail += piece;
      if (tail.length > flatCharacters) layTogether();
    },
    size: () => doneSize + tail.length,
    take() {
      const all = done.length === 0 ? tail : done.join("") + tail;
      tail = "";
      done = [];
      doneSize = 0;
      return all;
    },
  };
}
