/** What CloudFront adds to every request, where it stands before the API; the functions refuse those without it. */
export const originSecretHeader = "x-origin-secret";
