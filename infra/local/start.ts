import { join, relative, resolve } from "node:path";
import { styleText } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openPartnerTable } from "../../shared/stores/partner-table.ts";
import { readOptions } from "./read-options.ts";
import { runStack } from "./run-stack.ts";
import { findRunner, removeRunnerFile, writeRunnerFile } from "./runner-file.ts";
import { synthesize } from "./synthesize.ts";
import { writeEnv } from "./write-env.ts";

/** Tried first, so that the address stays the same from day to day. */
const preferredPort = 4270;

const { values } = readOptions(
  { directory: { type: "string", default: ".local" } },
  "Usage: npm start -- [--directory .local]\nThe directory holds the data. PORT=4270 in the environment chooses the port.",
);
const directory = resolve(values.directory);
/** As a person would type it. */
const shown = relative(process.cwd(), directory) || ".";

/** `npm start`: the whole service on this machine. Ends everything that it started when it ends. */
async function start(): Promise<void> {
  const startedAt = performance.now();
  const runner = await findRunner(directory);
  if (runner !== undefined) throw new Error(`Copydesk runs already at ${runner.url}. Stop that one first, or use it.`);

  let progress: { end(): void } | undefined;
  await synthesize(join(directory, "cdk.out"), () => {
    progress = showProgress("Building the functions and the template, as the sources are new or have changed");
  }).finally(() => progress?.end());
  const stack = await listen();
  const dynamoDb = new DynamoDBClient({
    region: "us-east-1",
    endpoint: stack.environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await writeEnv(directory, stack.url, openPartnerTable(dynamoDb, stack.stack.outputs["PartnersTable"] ?? ""));
  dynamoDb.destroy();
  writeRunnerFile(directory, { url: stack.url, environment: stack.environment, outputs: stack.stack.outputs });

  let isClosing = false;
  const stop = async (signal: string) => {
    if (isClosing) return;
    isClosing = true;
    console.error(`\n${signal}: stopping. The data stays in ${shown}/.`);
    await stack.close();
    removeRunnerFile(directory);
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop(signal));

  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.error(`
${styleText("bold", "Copydesk")} is ready at ${styleText(["cyan", "underline"], stack.url)} ${styleText("dim", `(${seconds} s)`)}

  Desk, to read     ${stack.url}/  ${styleText("dim", "(asks for READER_KEY)")}
  API description   ${stack.url}/v1/openapi.json
  Keys for a shell  source ${shown}/env     ${styleText("dim", "API_URL, PARTNER_KEY, READER_KEY")}
  More partners     npm run ops -- partner add NAME --scope submit
  Data              ${shown}/  ${styleText("dim", "(stays; remove it to start anew)")}

Ctrl-C stops it. A line for each request:`);
}

/** On the port that was asked for; where none was, on the preferred one, or on any when somebody else has it. */
async function listen() {
  const options = {
    directory,
    cdkOut: join(directory, "cdk.out"),
    dynamoDbEndpoint: process.env["DYNAMODB_ENDPOINT"],
    s3Endpoint: process.env["S3_ENDPOINT"],
    onLog: (line: string) => console.log(withoutMetrics(line)),
  };
  const asked = process.env["PORT"];
  if (asked !== undefined) return runStack({ ...options, port: readPort(asked) });
  try {
    return await runStack({ ...options, port: preferredPort });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return runStack({ ...options, port: 0 });
  }
}

/** What CloudWatch reads at the end of a line is nothing to be read by people. */
function withoutMetrics(line: string): string {
  return line.replace(/,"_aws":\{.*\}\}$/, "}");
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`PORT is ${JSON.stringify(text)}; it must be a number from 0 to 65535.`);
}

/** Shows that something is being done, and for how long: on a terminal in one line that changes, elsewhere in one that does not. */
function showProgress(what: string): { end(): void } {
  if (!process.stderr.isTTY) {
    console.error(what);
    return { end() {} };
  }
  const startedAt = performance.now();
  const frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
  let frame = 0;
  const timer = setInterval(() => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stderr.write(`\r\u001b[K${frames[frame++ % frames.length]} ${what} ${styleText("dim", `${seconds} s`)}`);
  }, 80);
  return {
    end() {
      clearInterval(timer);
      process.stderr.write("\r\u001b[K");
    },
  };
}

start().catch((error: NodeJS.ErrnoException) => {
  const hint =
    error.code === "EADDRINUSE"
      ? `The port ${process.env["PORT"]} is taken. Choose another one: PORT=0 takes any that is free.`
      : error.message;
  console.error(`Copydesk could not start: ${hint}`);
  process.exit(1);
});
