import { CfnStage, HttpApi, HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { operations } from "../shared/api/operations.ts";
import { Firewall } from "./firewall.ts";
import { makeFunction } from "./make-function.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";

/** Answers what no operation does. */
const unknownRoute = "answer-unknown-route";

/**
 * Requests a second for the stage as a whole, so that one stage cannot use up what the account has (10,000 by default). What is
 * beyond gets a 429 from the gateway.
 */
const throttle = { throttlingRateLimit: 2000, throttlingBurstLimit: 2000 };

/**
 * What the access log says of a request. Never a header, a query or a path: keys stand in the first, and the addresses of
 * WebSub callbacks are secrets. The route says what was asked for; `requestId` leads to the function's own line.
 */
const accessLogFormat = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  routeKey: "$context.routeKey",
  protocol: "$context.protocol",
  status: "$context.status",
  responseBytes: "$context.responseLength",
  latencyMs: "$context.responseLatency",
  functionMs: "$context.integrationLatency",
  error: "$context.error.message",
};

/** The HTTP API: a route and a function for each operation, and one function that answers everything else. */
export class Api extends Construct {
  /** The gateway's, or CloudFront's where that stands before it. */
  readonly url: string;
  readonly apiId: string;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; readonly storage: Storage; readonly bundles: string },
  ) {
    super(scope, id);
    const originSecret = props.stage.hasFirewall ? this.makeOriginSecret() : undefined;
    const options = { ...props, ...(originSecret !== undefined && { originSecret }) };
    const integrate = (name: string) => new HttpLambdaIntegration(name, makeFunction(this, name, options));
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
    stage.defaultRouteSettings = throttle;
    const accessLog = new LogGroup(this, "AccessLog", {
      retention: props.stage.logRetentionDays,
      removalPolicy: props.stage.removalPolicy,
    });
    stage.accessLogSettings = { destinationArn: accessLog.logGroupArn, format: JSON.stringify(accessLogFormat) };
    this.url =
      originSecret === undefined ? api.url : new Firewall(this, "Firewall", { apiUrl: api.url, originSecret }).url;
    this.apiId = api.apiId;
  }

  /** CloudFormation puts it into CloudFront and the functions; it stands in no template, and nobody has to know it. */
  private makeOriginSecret(): string {
    const secret = new Secret(this, "OriginSecret", {
      description: "What CloudFront adds to requests, so that the functions know them",
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    return secret.secretValue.unsafeUnwrap();
  }
}
