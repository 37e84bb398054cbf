import { CfnRule, Fn, Stack } from "aws-cdk-lib";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  type IOrigin,
  OriginRequestPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import { originSecretHeader } from "../shared/api/origin-secret.ts";

/** An address that asks more often than this in five minutes is blocked until it asks less. */
const maxRequestsPerAddress = 20_000;

/** What a gateway refuses anyway is refused before it costs a request: more than 8 KB of headers, or a body of 10 MB and more. */
const maxHeaderBytes = 8192;
const bodyOf10MbAndMore = "^[1-9][0-9]{7,}$";

/**
 * Groups of rules that AWS keeps up to date, and the rules of each that only count here. An article is HTML and may write about
 * attacks: what looks at bodies would refuse news about a security hole, and everything larger than 8 KB.
 */
const managedGroups = [
  { name: "AWSManagedRulesAmazonIpReputationList", onlyCounted: [] },
  {
    name: "AWSManagedRulesCommonRuleSet",
    onlyCounted: [
      "SizeRestrictions_BODY",
      "CrossSiteScripting_BODY",
      "GenericLFI_BODY",
      "GenericRFI_BODY",
      "EC2MetaDataSSRF_BODY",
      // Scripts of partners, and hubs, often have none.
      "NoUserAgent_HEADER",
      // Metadata of a text in the query, for example its URL.
      "GenericRFI_QUERYARGUMENTS",
      "EC2MetaDataSSRF_QUERYARGUMENTS",
    ],
  },
  { name: "AWSManagedRulesKnownBadInputsRuleSet", onlyCounted: ["Log4JRCE_BODY", "JavaDeserializationRCE_BODY"] },
] as const;

/**
 * CloudFront with a web application firewall before the API (`-c waf=on`). Both are global and can be made only from
 * us-east-1. The functions refuse what comes without the header that CloudFront adds, so that nobody goes around it.
 */
export class Firewall extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: { readonly apiUrl: string; readonly originSecret: string }) {
    super(scope, id);
    new CfnRule(this, "Region", {
      assertions: [
        {
          assert: Fn.conditionEquals(Stack.of(this).region, "us-east-1"),
          assertDescription:
            "With -c waf=on the stack has to be in us-east-1: CloudFront's firewall exists nowhere else.",
        },
      ],
    });
    const acl = new CfnWebACL(this, "WebAcl", {
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: describeVisibility("all"),
      rules: describeRules(),
    });
    const distribution = new Distribution(this, "Distribution", {
      comment: "Copydesk's API",
      webAclId: acl.attrArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        // `https://ID.execute-api.REGION.amazonaws.com/`
        origin: new HttpOrigin(Fn.select(2, Fn.split("/", props.apiUrl)), {
          customHeaders: { [originSecretHeader]: props.originSecret },
        }) as IOrigin,
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        // The functions compress, and their ETags tell what they have compressed.
        compress: false,
      },
    });
    this.url = `https://${distribution.distributionDomainName}/`;
  }
}

function describeRules(): CfnWebACL.RuleProperty[] {
  const own: Omit<CfnWebACL.RuleProperty, "priority" | "visibilityConfig">[] = [
    {
      name: "rate",
      action: { block: { customResponse: { responseCode: 429 } } },
      statement: { rateBasedStatement: { limit: maxRequestsPerAddress, aggregateKeyType: "IP" } },
    },
    {
      name: "headers",
      action: { block: { customResponse: { responseCode: 431 } } },
      statement: {
        sizeConstraintStatement: {
          fieldToMatch: { headers: { matchPattern: { all: {} }, matchScope: "ALL", oversizeHandling: "MATCH" } },
          comparisonOperator: "GT",
          size: maxHeaderBytes,
          textTransformations: [{ priority: 0, type: "NONE" }],
        },
      },
    },
    {
      name: "body",
      action: { block: { customResponse: { responseCode: 413 } } },
      statement: {
        regexMatchStatement: {
          fieldToMatch: { singleHeader: { Name: "content-length" } },
          regexString: bodyOf10MbAndMore,
          textTransformations: [{ priority: 0, type: "NONE" }],
        },
      },
    },
  ];
  const managed = managedGroups.map(({ name, onlyCounted }) => ({
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ruleActionOverrides: onlyCounted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  }));
  return [...own, ...managed].map((rule, priority) => ({
    ...rule,
    priority,
    visibilityConfig: describeVisibility(rule.name),
  }));
}

/** Sampled requests would hold keys. */
function describeVisibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
