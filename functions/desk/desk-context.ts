import type { Client } from "../../shared/api/create-client.ts";

/** What a view needs of the page around it. */
export interface Desk {
  readonly client: Client;
  /** Goes to another place, by its address. */
  readonly go: (address: string) => void;
  /** Tells those who do not see the page what has changed on it. */
  readonly announce: (words: string) => void;
  /** Aborted when the view is left. */
  readonly signal: AbortSignal;
}

/** An element of the page by its ID; the page and this script are of one piece, so it is there. */
export function find<E extends HTMLElement>(id: string, kind: new () => E): E {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`The page has no ${kind.name} called ${id}.`);
  return element;
}

/**
 * Puts a view onto the page, and the focus onto its heading, as a new page would have it at its beginning.
 *
 * @param title for the window
 */
export function turnTo(main: HTMLElement, title: string, ...content: readonly Node[]): void {
  document.title = `${title} · Copydesk`;
  main.replaceChildren(...content);
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}
