import { Lazy, Stack } from "aws-cdk-lib";
import { Effect, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnAccessPolicy, CfnCollection, CfnSecurityPolicy } from "aws-cdk-lib/aws-opensearchserverless";
import { Construct } from "constructs";
import type { Stage } from "./stage.ts";

/** What a data access policy lets somebody do with the documents of the index. */
const permissions = {
  read: ["aoss:ReadDocument"],
  write: ["aoss:CreateIndex", "aoss:WriteDocument"],
  erase: ["aoss:ReadDocument", "aoss:WriteDocument"],
} as const;
type Access = keyof typeof permissions;

/**
 * The collection of OpenSearch Serverless that holds the search index. Nothing in it is the only copy: it is made anew from the
 * articles. It is reached over the Internet, as DynamoDB is, and only with a signature of one of the functions, or
 * of who erases.
 */
export class SearchCollection extends Construct {
  readonly endpoint: string;
  readonly #arn: string;
  readonly #principals: Record<Access, string[]> = { read: [], write: [], erase: [] };

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    if (stage.searchOperator !== undefined) this.#principals.erase.push(stage.searchOperator);
    // Collections and their policies have no names but those that they are given, and find each other by them.
    const name = `copydesk-${stage.name}`;
    const collections = { ResourceType: "collection", Resource: [`collection/${name}`] };
    const encryption = new CfnSecurityPolicy(this, "Encryption", {
      name,
      type: "encryption",
      policy: JSON.stringify({ Rules: [collections], AWSOwnedKey: true }),
    });
    const network = new CfnSecurityPolicy(this, "Network", {
      name,
      type: "network",
      policy: JSON.stringify([{ Rules: [collections], AllowFromPublic: true }]),
    });
    new CfnAccessPolicy(this, "Access", {
      name,
      type: "data",
      policy: Lazy.string({ produce: () => Stack.of(this).toJsonString(this.#describeAccess(name)) }),
    });
    const collection = new CfnCollection(this, "Collection", {
      name,
      type: "SEARCH",
      description: `Full text of Copydesk's articles, stage ${stage.name}`,
      standbyReplicas: stage.hasSearchStandby ? "ENABLED" : "DISABLED",
    });
    collection.addResourceDependency(encryption);
    collection.addResourceDependency(network);
    this.endpoint = collection.attrCollectionEndpoint;
    this.#arn = collection.attrArn;
  }

  /** IAM lets the function in at all, the collection's own policy says to what. */
  grant(lambda: IFunction & IGrantable, access: "read" | "write"): void {
    lambda.addToRolePolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: ["aoss:APIAccessAll"], resources: [this.#arn] }),
    );
    if (lambda.role !== undefined) this.#principals[access].push(lambda.role.roleArn);
  }

  #describeAccess(name: string): object[] {
    const granted = (Object.keys(permissions) as Access[]).filter((access) => this.#principals[access].length > 0);
    return granted.map((access) => ({
      Description: `Who may ${access}`,
      Rules: [{ ResourceType: "index", Resource: [`index/${name}/articles-*`], Permission: permissions[access] }],
      Principal: this.#principals[access],
    }));
  }
}
