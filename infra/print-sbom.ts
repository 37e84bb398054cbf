import { execFileSync } from "node:child_process";

/**
 * `npm run sbom`: a bill of materials (CycloneDX) of what is deployed, on standard output. It is npm's own for the whole
 * lockfile, without what only developers and this machine need. Its `--omit dev` leaves out what is needed by both, as zod is.
 */
interface Component {
  readonly "bom-ref": string;
  readonly scope: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

interface Bill {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const printed = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
  cwd: new URL("..", import.meta.url),
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
});
const bill = JSON.parse(printed) as Bill;
const isDeployed = ({ scope, properties = [] }: Component) =>
  scope !== "optional" && !properties.some(({ name }) => name === "cdx:npm:package:development");
const components = bill.components.filter(isDeployed);
const left = new Set(bill.components.filter((one) => !isDeployed(one)).map((component) => component["bom-ref"]));
const dependencies = bill.dependencies
  .filter(({ ref }) => !left.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((name) => !left.has(name)) }));
// npm calls the project by its folder.
const metadata = { ...bill.metadata, component: { ...bill.metadata.component, name: "copydesk" } };
process.stdout.write(`${JSON.stringify({ ...bill, metadata, components, dependencies }, null, 2)}\n`);
