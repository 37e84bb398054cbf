import { join } from "node:path";
import { CfnStage, HttpApi, HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Code } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { operations } from "../shared/api/operations.ts";
import { bundleFunctions } from "./bundle-functions.ts";
import { grants } from "./grants.ts";
import { makeOperationFunction } from "./operation-function.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";

/** Answers what no operation does. */
const unknownRoute = "answer-unknown-route";

/** The HTTP API: a route and a function for each operation, and one function that answers everything else. */
export class Api extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly storage: Storage }) {
    super(scope, id);
    const names = [unknownRoute, ...operations.map((operation) => operation.id)];
    const bundles = bundleFunctions(names);
    const integrate = (name: string) => {
      const granted = grants[name];
      if (granted === undefined) throw new Error(`infra/grants.ts does not say what ${name} may do.`);
      const code = Code.fromAsset(join(bundles, name));
      return new HttpLambdaIntegration(name, makeOperationFunction(this, name, { ...props, grants: granted, code }));
    };
    const api = new HttpApi(this, "HttpApi", {
      apiName: `copydesk-${props.stage.name}`,
      description: "Takes in news articles and answers queries about them",
      defaultIntegration: integrate(unknownRoute),
      // Keys are checked in the functions: an HTTP API cannot shape its refusal into a problem document.
      defaultAuthorizer: new HttpNoneAuthorizer(),
    });
    for (const operation of operations) {
      api.addRoutes({
        path: operation.path,
        methods: [HttpMethod[operation.method]],
        integration: integrate(operation.id),
      });
    }
    const stage = api.defaultStage?.node.defaultChild;
    if (!(stage instanceof CfnStage) || api.url === undefined) throw new Error("The HTTP API has no default stage.");
    this.url = api.url;
  }
}
