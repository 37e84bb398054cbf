/** A CloudFormation template, as far as it is looked at here. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What exists on this machine in place of AWS's own. */
const pseudoParameters: Readonly<Record<string, unknown>> = {
  "AWS::AccountId": "000000000000",
  "AWS::Partition": "aws",
  "AWS::Region": "us-east-1",
  "AWS::StackName": "copydesk-local",
  "AWS::StackId": "arn:aws:cloudformation:us-east-1:000000000000:stack/copydesk-local/local",
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::NoValue": undefined,
};

/** Where a resource stands on this machine: what `Ref` gives, and what `Fn::GetAtt` gives by attribute. */
export interface Located {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Resolves the intrinsic functions in a piece of a template.
 *
 * @param locate finds a resource by its logical ID
 * @throws Error on an intrinsic, resource or attribute that is not known here: to guess would be to drift from AWS
 */
export function resolveIntrinsics(value: unknown, locate: (logicalId: string) => Located): unknown {
  if (Array.isArray(value))
    return value.map((entry) => resolveIntrinsics(entry, locate)).filter((entry) => entry !== undefined);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === "Ref" || name.startsWith("Fn::"))) {
    return resolveIntrinsic(name, argument, locate);
  }
  return Object.fromEntries(entries.map(([key, entry]) => [key, resolveIntrinsics(entry, locate)]));
}

function resolveIntrinsic(name: string, argument: unknown, locate: (logicalId: string) => Located): unknown {
  const resolve = (value: unknown) => resolveIntrinsics(value, locate);
  switch (name) {
    case "Ref": {
      const target = String(argument);
      return target in pseudoParameters ? pseudoParameters[target] : locate(target).ref;
    }
    case "Fn::GetAtt": {
      const [logicalId = "", attribute = ""] = argument as string[];
      const found = locate(logicalId).attributes[attribute];
      if (found === undefined)
        throw new Error(`The local stack does not know the attribute ${attribute} of ${logicalId}.`);
      return found;
    }
    case "Fn::Join": {
      const [separator, parts] = argument as [string, unknown];
      return (resolve(parts) as unknown[]).join(separator);
    }
    case "Fn::Sub": {
      if (typeof argument !== "string") throw new Error("The local stack knows Fn::Sub only with a string.");
      return argument.replace(/\$\{([^}]+)\}/g, (_, target: string) => String(resolve({ Ref: target })));
    }
    default:
      throw new Error(`The local stack does not know the intrinsic function ${name}.`);
  }
}
