import { CfnStage, HttpApi, HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Construct } from "constructs";
import { operations } from "../shared/api/operations.ts";
import { makeFunction } from "./make-function.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";

/** Answers what no operation does. */
const unknownRoute = "answer-unknown-route";

/** The HTTP API: a route and a function for each operation, and one function that answers everything else. */
export class Api extends Construct {
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; readonly storage: Storage; readonly bundles: string },
  ) {
    super(scope, id);
    const integrate = (name: string) => new HttpLambdaIntegration(name, makeFunction(this, name, props));
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
