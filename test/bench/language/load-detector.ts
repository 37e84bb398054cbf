/** A candidate: loads itself, and then tells the BCP 47 tag of a text. */
export type LoadDetector = () => Promise<(text: string) => string | undefined | Promise<string | undefined>>;
