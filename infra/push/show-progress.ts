export interface Progress {
  /** So many bytes of the input were read. */
  read(bytes: number): void;
  settled(items: number, failed: number): void;
  waits(reason: string, milliseconds: number): void;
  end(): void;
}

/** What is needed of a terminal; of anything else, that it is none. */
type Terminal = Pick<NodeJS.WriteStream, "isTTY" | "columns"> & { write(text: string): unknown };

const barCharacters = 24;

/**
 * Shows on a terminal, in one line, how far a run is. Elsewhere it only says what keeps it waiting.
 *
 * @param totalBytes of the input; undefined when nobody can know
 */
export function showProgress(totalBytes: number | undefined, stream: Terminal = process.stderr): Progress {
  let bytes = 0;
  let items = 0;
  let failures = 0;
  let waiting = "";
  const draw = () => {
    const share = totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, bytes / totalBytes);
    const filled = Math.round((share ?? 0) * barCharacters);
    const bar = `${"█".repeat(filled)}${"░".repeat(barCharacters - filled)} ${Math.floor((share ?? 0) * 100)} %  `;
    const failed = failures === 0 ? "" : `, ${failures.toLocaleString("en")} failed`;
    const line = `${share === undefined ? "" : bar}${items.toLocaleString("en")} items${failed}  ${waiting}`;
    stream.write(`\r\u001b[K${line.trimEnd().slice(0, stream.columns - 1)}`);
  };
  const timer = stream.isTTY ? setInterval(draw, 100) : undefined;
  timer?.unref();
  return {
    read(count) {
      bytes += count;
    },
    settled(count, failed) {
      items += count;
      failures += failed;
      waiting = "";
    },
    waits(reason, milliseconds) {
      const seconds = (milliseconds / 1000).toFixed(1);
      waiting = `${reason} Again in ${seconds} s.`;
      if (!stream.isTTY) stream.write(`${waiting}\n`);
    },
    end() {
      if (timer === undefined) return;
      clearInterval(timer);
      stream.write("\r\u001b[K");
    },
  };
}
