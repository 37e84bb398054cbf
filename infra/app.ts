import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { acknowledgeFindings } from "./acknowledgements.ts";
import { bundleFunctions } from "./bundle-functions.ts";
import { CopydeskStack } from "./copydesk-stack.ts";
import { ContextError } from "./stage.ts";

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(), new ServerlessChecks());
const stageName: unknown = app.node.tryGetContext("stage") ?? "dev";
const bundles = await bundleFunctions();
try {
  acknowledgeFindings(new CopydeskStack(app, `copydesk-${stageName}`, { stageName: String(stageName), bundles }));
} catch (error) {
  if (!(error instanceof ContextError)) throw error;
  console.error(error.message);
  process.exit(1);
}
