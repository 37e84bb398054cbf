/** Shows how far a command is. */
export interface ShowProgress {
  update(line: string): void;
  /** Clears the line, for what the command has to say at its end. */
  end(): void;
}

type Terminal = Pick<NodeJS.WriteStream, "isTTY" | "columns"> & { write(text: string): unknown };

/** On a terminal the line changes ten times a second at most, elsewhere a new one comes every five seconds. */
const intervalMs = { terminal: 100, plain: 5000 };

/**
 * Shows the last line that it was told, on a terminal in place, elsewhere as a line of its own.
 *
 * @param now milliseconds of any clock
 */
export function showProgress(stream: Terminal = process.stderr, now: () => number = Date.now): ShowProgress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return {
    update(line) {
      const at = now();
      if (at - shownAt < (stream.isTTY ? intervalMs.terminal : intervalMs.plain)) return;
      shownAt = at;
      isDrawn = stream.isTTY;
      stream.write(stream.isTTY ? `\r\u001b[K${line.slice(0, stream.columns - 1)}` : `${line}\n`);
    },
    end() {
      if (isDrawn) stream.write("\r\u001b[K");
      isDrawn = false;
    },
  };
}
