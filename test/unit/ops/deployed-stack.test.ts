import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";

/** CloudFormation, as far as it is asked here: what it answers is told by the name of the stack. */
const server = createServer(async (request, response) => {
  const name = new URLSearchParams(await text(request)).get("StackName") ?? "";
  if (name === "copydesk-silent") return;
  const [status, code, message] = {
    "copydesk-prd": [400, "ValidationError", "Stack with id copydesk-prd does not exist"] as const,
    "copydesk-denied": [403, "AccessDenied", "User: arn:aws:iam::1:user/x is not authorized"] as const,
    "copydesk-expired": [403, "ExpiredToken", "The security token included in the request is expired"] as const,
  }[name] ?? [200, "", ""];
  const body =
    status === 200
      ? `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><Outputs/></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
      : `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
  response.writeHead(status, { "Content-Type": "text/xml" }).end(body);
});
let endpoint: string;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const signedIn = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

test.each([
  ["no region", "copydesk-prod", { AWS_REGION: undefined }, "AWS_REGION=eu-central-1"],
  ["no such region", "copydesk-prod", { AWS_REGION: "eu central" }, "AWS_REGION=eu-central-1"],
  ["no credentials", "copydesk-prod", { AWS_ACCESS_KEY_ID: undefined }, "aws sso login"],
  ["no such profile", "copydesk-prod", { AWS_ACCESS_KEY_ID: undefined, AWS_PROFILE: "nope" }, "AWS_PROFILE"],
  ["credentials of yesterday", "copydesk-expired", {}, "aws sso login"],
  ["no right to see it", "copydesk-denied", {}, "AWS_PROFILE to a role"],
  ["no such stack", "copydesk-prd", {}, "copydesk-prd does not exist, in the region eu-central-1"],
  ["a stack of others", "website", {}, "none of Copydesk's"],
  ["no network", "copydesk-prod", { AWS_ENDPOINT_URL_CLOUDFORMATION: "http://127.0.0.1:1" }, "cannot be reached"],
  ["an AWS that falls silent", "copydesk-silent", { AWS_MAX_ATTEMPTS: "1" }, "cannot be reached"],
] as const)("%s is told in a line, with what to do next", async (_name, stack, environment, words) => {
  const child = spawn(process.execPath, ["infra/ops/ops.ts", "--stack", stack, "partner", "list"], {
    cwd: new URL("../../..", import.meta.url).pathname,
    // Nothing of who runs this, and no asking of a machine at AWS who it is.
    env: {
      HOME: "/nonexistent",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
      ...signedIn,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect({ out, code }).toEqual({ out: "", code: 1 });
  expect(errors).toContain(words);
  expect(errors.trimEnd().split("\n")).toHaveLength(1);
});
