/** The message that S3 puts into a queue when an object has come (event message structure 2.1), as far as anybody looks at it. */
export function describeArrival(object: {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
}): string {
  const { bucket, key, size } = object;
  // S3 encodes keys as in a form.
  const encoded = encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
  return JSON.stringify({
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: "us-east-1",
        eventName: "ObjectCreated:Put",
        s3: { s3SchemaVersion: "1.0", bucket: { name: bucket }, object: { key: encoded, size } },
      },
    ],
  });
}
