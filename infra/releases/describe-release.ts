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
  /** Properties for whose change CloudFormation makes another resource in its place. */
  readonly immutable: Readonly<Record<string, unknown>>;
  /** Of a table: the keys of each index, by its name. */
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
};

/** What a release's template says of what has to outlive it. */
export function describeRelease(template: ReleasedTemplate): Release {
  return Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type in immutableProperties)
      .map(([logicalId, { Type, DeletionPolicy = "Delete", Properties = {} }]) => {
        const names = (immutableProperties[Type] ?? []).filter((name) => Properties[name] !== undefined);
        const indexes = Properties["GlobalSecondaryIndexes"] as readonly IndexProperties[] | undefined;
        return [
          logicalId,
          {
            type: Type,
            deletionPolicy: DeletionPolicy,
            immutable: Object.fromEntries(names.map((name) => [name, Properties[name]])),
            ...(indexes && {
              indexes: Object.fromEntries(indexes.map(({ IndexName, KeySchema }) => [IndexName, KeySchema])),
            }),
          },
        ];
      })
      .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1)),
  );
}

interface IndexProperties {
  readonly IndexName: string;
  readonly KeySchema: unknown;
}
