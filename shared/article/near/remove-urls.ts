/** Takes addresses out of a text: re-publishers add, shorten and track them, and they say nothing about it. */
export function removeUrls(text: string): string {
  if (!text.includes("://") && !text.includes("www.")) return text;
  return text.replace(/(?:https?:\/\/|www\.)[^\s<>"]+/gi, " ");
}
