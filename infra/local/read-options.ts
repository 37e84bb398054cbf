import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/**
 * Reads the options of a command. What is none of them is told, with how the command is used, and ends it with 2.
 *
 * @param usage how the command is called, from `Usage:` on
 */
export function readOptions<const T extends ParseArgsOptionsConfig>(
  options: T,
  usage: string,
  args: readonly string[] = process.argv.slice(2),
) {
  const refuse = (message: string): never => {
    console.error(`${message}\n\n${usage}`);
    process.exit(2);
  };
  const { values } = read(options, args, refuse);
  return {
    values,
    refuse,

    /** A whole number from `least` on. */
    readCount(name: keyof T & string, least = 1): number {
      const typed: unknown = (values as Record<string, unknown>)[name];
      const count = /^\d+$/.test(String(typed)) ? Number(typed) : Number.NaN;
      if (Number.isSafeInteger(count) && count >= least) return count;
      return refuse(`--${name} is a whole number from ${least} on, not “${typed}”.`);
    },
  };
}

function read<const T extends ParseArgsOptionsConfig>(
  options: T,
  args: readonly string[],
  refuse: (message: string) => never,
) {
  try {
    return parseArgs({ options, args: [...args] });
  } catch (error) {
    // What Node says beyond its first sentence is advice that does not fit here.
    return refuse(`${(error as Error).message.replace(/\.\s.*/s, "")}.`);
  }
}
