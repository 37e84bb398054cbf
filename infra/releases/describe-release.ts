/** The part of a template that is looked at here. */
export interface ReleasedTemplate {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly DeletionPolicy?: string;
        readonly UpdateReplacePolicy?: string;
        readonly Properties?: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

/** What a resource is that holds data, or that others know by its address, and what may not change of it. */
interface ReleasedResource {
  readonly type: string;
  readonly deletionPolicy: string;
  /** What becomes of it where CloudFormation makes another in its place. */
  readonly updateReplacePolicy: string;
  /** Properties for whose change CloudFormation makes another resource in its place. */
  readonly immutable: Readonly<Record<string, unknown>>;
  /** Of a table: each index, its keys with their types and what it holds, by its name. */
  readonly indexes?: Readonly<Record<string, unknown>>;
}

/** By logical ID: under another one it is another resource. */
export type Release = Readonly<Record<string, ReleasedResource>>;

/**
 * By type, what CloudFormation replaces it for, after AWS's reference; a name that is set later is a replacement, too. Why
 * a type is here at all stands beside it.
 */
const immutableProperties: Readonly<Record<string, readonly string[]>> = {
  // Articles, changes, partners, imports. A stream with another view is another stream, and what it held is lost.
  "AWS::DynamoDB::GlobalTable": ["TableName", "KeySchema", "LocalSecondaryIndexes", "StreamSpecification"],
  // Raw bytes and uploads.
  "AWS::S3::Bucket": ["BucketName", "ObjectLockEnabled"],
  // Work that waits, and work that was given up.
  "AWS::SQS::Queue": ["QueueName", "FifoQueue"],
  // Partners know its address.
  "AWS::ApiGatewayV2::Api": ["ProtocolType"],
  // People have subscribed to it.
  "AWS::SNS::Topic": ["TopicName", "FifoTopic"],
  // Rules of others listen to it.
  "AWS::Events::EventBus": ["Name"],
  // With the firewall, partners know its address.
  "AWS::CloudFront::Distribution": [],
  // Can be filled anew, which takes hours.
  "AWS::OpenSearchServerless::Collection": ["Name", "Type"],
};

/** The context in which a template has all resources that any has. What is off is not there, and nothing else differs. */
export const everythingOn = { search: "on", waf: "on" };

/** What a release's template says of what has to outlive it. */
export function describeRelease(template: ReleasedTemplate): Release {
  return Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type in immutableProperties)
      .map(([logicalId, { Type, DeletionPolicy = "Delete", UpdateReplacePolicy = "Delete", Properties = {} }]) => {
        const names = (immutableProperties[Type] ?? []).filter((name) => Properties[name] !== undefined);
        const { AttributeDefinitions: attributes, GlobalSecondaryIndexes: indexes } = Properties as TableProperties;
        return [
          logicalId,
          {
            type: Type,
            deletionPolicy: DeletionPolicy,
            updateReplacePolicy: UpdateReplacePolicy,
            immutable: Object.fromEntries(
              names.map((name) => [
                name,
                name === "KeySchema" ? typeKeys(Properties[name], attributes) : Properties[name],
              ]),
            ),
            ...(indexes && {
              indexes: Object.fromEntries(
                indexes.map(({ IndexName, KeySchema, Projection }) => [
                  IndexName,
                  { KeySchema: typeKeys(KeySchema, attributes), Projection },
                ]),
              ),
            }),
          },
        ];
      })
      .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1)),
  );
}

interface TableProperties {
  readonly AttributeDefinitions?: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly KeySchema: unknown;
    readonly Projection: unknown;
  }[];
}

/** The types of keys stand apart from them in a template, and may change no more than the keys. */
function typeKeys(keySchema: unknown, attributes: TableProperties["AttributeDefinitions"]): unknown[] {
  return (keySchema as readonly { readonly AttributeName: string }[]).map((key) => ({
    ...key,
    AttributeType: attributes?.find(({ AttributeName }) => AttributeName === key.AttributeName)?.AttributeType,
  }));
}
