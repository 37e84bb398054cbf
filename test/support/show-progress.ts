/** What is needed of a terminal; of anything else, that it is none. */
type Terminal = Pick<NodeJS.WriteStream, "isTTY" | "columns"> & { write(text: string): unknown };

export interface Progress {
  /** So many are done, and this is to be said of them. */
  show(done: number, remark: string): void;
  end(): void;
}

const barCharacters = 24;
/** Where nobody watches a line change, it is written anew, but not so often. */
const plainEveryMs = 15_000;

/** Shows how far a long run is: in one line on a terminal, and now and then in a line of its own elsewhere. */
export function showProgress(
  { total, unit }: { readonly total: number; readonly unit: string },
  stream: Terminal = process.stderr,
): Progress {
  const startedAt = Date.now();
  let shownAt = startedAt;
  return {
    show(done, remark) {
      const now = Date.now();
      if (now - shownAt < (stream.isTTY ? 100 : plainEveryMs)) return;
      shownAt = now;
      const filled = Math.round((done / total) * barCharacters);
      const leftSeconds = Math.ceil(((now - startedAt) / 1000 / Math.max(done, 1)) * (total - done));
      const figures = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${unit}, ${remark}, ${leftSeconds} s left`;
      if (!stream.isTTY) stream.write(`${figures}\n`);
      else {
        const line = `${"█".repeat(filled)}${"░".repeat(barCharacters - filled)} ${figures}`;
        stream.write(`\r\u001b[K${line.slice(0, stream.columns - 1)}`);
      }
    },
    end() {
      if (stream.isTTY) stream.write("\r\u001b[K");
    },
  };
}
