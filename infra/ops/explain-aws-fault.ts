const credentialFaults = new Set([
  "CredentialsProviderError",
  "TokenProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
]);
const denials = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"]);
const networkFaults = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ECONNRESET", "TimeoutError"]);

/**
 * What is wrong with how AWS is asked, and what to do next, in a line.
 *
 * @returns undefined where it is something else: then the error is for who mends the program
 */
export function explainAwsFault(error: Error & { readonly code?: string }): string | undefined {
  const { name, message, code = name } = error;
  if (/^Region (is missing|not accepted)/.test(message))
    return "No region is set, or none that there is. Set the one of the stack, for example AWS_REGION=eu-central-1, or AWS_PROFILE to a profile that has it.";
  if (credentialFaults.has(name))
    return `AWS takes no credentials from here (${message}). Sign in with aws sso login or aws configure, or set AWS_PROFILE to a profile that there is.`;
  if (denials.has(name)) return `AWS does not allow that: ${message}. Set AWS_PROFILE to a role that may do it.`;
  if (networkFaults.has(code))
    return `AWS cannot be reached (${message || code}). Look whether the region is right (AWS_REGION), and the network.`;
  return undefined;
}
