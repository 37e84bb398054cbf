import { App } from "aws-cdk-lib";
import { CopydeskStack } from "./copydesk-stack.ts";

const app = new App();
const stageName: unknown = app.node.tryGetContext("stage") ?? "dev";
new CopydeskStack(app, `copydesk-${stageName}`, { stageName: String(stageName) });
