/** The sanitizers that are compared; each is a file in `peers/`. */
export const peers = ["ours", "sanitize-html", "dompurify", "rehype-sanitize"] as const;
export type Peer = (typeof peers)[number];
