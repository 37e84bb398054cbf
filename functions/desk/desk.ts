import { createClient } from "../../shared/api/create-client.ts";
import { type Place, readAddress, writeAddress } from "./address.ts";
import { askForKey } from "./ask-for-key.ts";
import { type Desk, find } from "./desk-context.ts";
import { listenToKeys } from "./listen-to-keys.ts";
import { openList } from "./open-list.ts";
import { openLive } from "./open-live.ts";
import { showArticle } from "./show-article.ts";
import { showDiff } from "./show-diff.ts";
import { isRefusal, showFailure } from "./show-failure.ts";
import { showStory } from "./show-story.ts";

/*
 * The desk page. A reader brings a key, which lives in the variables of a session and nowhere else: a reload asks for it
 * again. What is shown stands in the address, so that a view can be shared and the browser's back and forward work.
 */

const main = find("main", HTMLElement);
const status = find("status", HTMLElement);
const navigation = find("navigation", HTMLElement);
const tools = find("tools", HTMLElement);

/** Where the API is: beside this page. */
const url = location.origin + location.pathname;

/** Ends the session that there is. */
let endSession = () => {};

/** Shows the form for a key, and begins a session with the first that the API takes. */
function askAgain(reason?: string): void {
  endSession();
  navigation.hidden = true;
  tools.hidden = true;
  document.title = "Copydesk";
  askForKey(main, reason, async (key) => {
    const client = createClient({
      url,
      key,
      // Nothing of the archive stays in the browser's cache when its reader has gone.
      fetch: (address, init) => fetch(address, { ...init, cache: "no-store", credentials: "omit" }),
    });
    await client.listArticles({ limit: 1 });
    beginSession({ client, announce });
  });
}

function announce(words: string): void {
  status.textContent = words;
}

function beginSession(desk: Pick<Desk, "client" | "announce">): void {
  const ended = new AbortController();
  const list = openList({ ...desk, go, signal: ended.signal });
  const live = openLive({ ...desk, go, signal: ended.signal });
  let left = new AbortController();
  endSession = () => {
    ended.abort();
    left.abort();
  };

  /** Shows what the address names. What the view before was still waiting for is given up. */
  async function show(): Promise<void> {
    left.abort();
    left = new AbortController();
    const { signal } = left;
    const place = readAddress(location.search);
    markNavigation(place);
    try {
      await showView(place, { ...desk, go, signal });
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) askAgain(`The key is no longer good. ${error.problem.detail}`);
      else showFailure(main, error);
    }
  }

  function showView({ view, filters }: Place, context: Desk): Promise<void> {
    switch (view.name) {
      case "list":
        return list.show(main, filters, context.signal);
      case "article":
        return showArticle(main, view.id, { ...context, filters, neighbours: list.neighboursOf(view.id) });
      case "diff":
        return showDiff(main, view, { ...context, filters });
      case "story":
        return showStory(main, view.id, { ...context, filters });
      case "live":
        return live.show(main, context.signal);
    }
  }

  /** Goes to another place: what the browser's back button comes back from. */
  function go(address: string): void {
    history.pushState(null, "", address);
    void show();
  }

  navigation.hidden = false;
  tools.hidden = false;
  window.addEventListener("popstate", () => void show(), { signal: ended.signal });
  document.addEventListener("click", (event) => followLink(event, go), { signal: ended.signal });
  find("forget-key", HTMLButtonElement).addEventListener("click", () => askAgain("You are signed out."), {
    signal: ended.signal,
  });
  listenToKeys({ go, signal: ended.signal });
  void show();
}

/** Links to places of this page need no request; those that are opened aside are left to the browser. */
function followLink(event: MouseEvent, go: (address: string) => void): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const address = link?.getAttribute("href") ?? "";
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!isPlain || !address.startsWith("?")) return;
  event.preventDefault();
  go(address);
}

/** The link to the articles keeps their filters. */
function markNavigation({ view, filters }: Place): void {
  const current = view.name === "live" ? "live" : "list";
  for (const link of navigation.querySelectorAll("a")) {
    const name = link.dataset["view"] === "live" ? "live" : "list";
    link.href = writeAddress({ name }, filters);
    if (name === current) link.setAttribute("aria-current", view.name === current ? "page" : "true");
    else link.removeAttribute("aria-current");
  }
}

document.querySelector(".skip")?.addEventListener("click", (event) => {
  // A change of the fragment would be one of the place.
  event.preventDefault();
  main.focus();
});
askAgain();
