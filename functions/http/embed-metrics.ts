/** Members of a log line that are metrics, and members by whose values they are kept apart. */
export interface MetricSet {
  readonly dimensions: readonly string[];
  readonly metrics: readonly string[];
}

/**
 * What has to stand in a line of the log for CloudWatch to take metrics from it: the Embedded Metric Format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html). A
 * name that ends with `Ms` is a time, any other a count. What the line does not have is no metric of it.
 *
 * @param line the line as it is to be logged
 * @returns the member `_aws`; nothing where there is no stage, that is outside of the stack, or nothing to measure
 */
export function embedMetrics(
  line: Readonly<Record<string, unknown>>,
  sets: readonly MetricSet[],
  now: number,
): { _aws?: object } {
  const namespace = process.env["METRICS_NAMESPACE"];
  const present = sets
    .map(({ dimensions, metrics }) => ({
      dimensions,
      metrics: metrics.filter((name) => typeof line[name] === "number"),
    }))
    .filter(({ metrics }) => metrics.length > 0);
  if (namespace === undefined || present.length === 0) return {};
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: present.map(({ dimensions, metrics }) => ({
        Namespace: namespace,
        Dimensions: [dimensions],
        Metrics: metrics.map((Name) => ({ Name, Unit: Name.endsWith("Ms") ? "Milliseconds" : "Count" })),
      })),
    },
  };
}
