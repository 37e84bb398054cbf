import type { Client } from "../../shared/api/create-client.ts";
import { type Filters, writeAddress } from "./address.ts";
import { type Desk, turnTo } from "./desk-context.ts";
import { make, makeButton } from "./make-element.ts";
import { type ListedArticle, makeEntry } from "./make-entry.ts";
import { openFilterForm } from "./open-filter-form.ts";
import { isRefusal, makeFailure } from "./show-failure.ts";
import { nameDay, showClock, showDay } from "./show-time.ts";

type ListQuery = Parameters<Client["listArticles"]>[0];

export interface List {
  show(main: HTMLElement, filters: Filters, signal: AbortSignal): Promise<void>;
  /** IDs of the articles around one, where the list has it. */
  neighboursOf(id: string): { readonly previous?: string | undefined; readonly next?: string | undefined };
}

const articlesPerPage = 40;

/** Pages without a match are passed over, as long as this does not become a wait. */
const maxEmptyPages = 5;

/**
 * The list of articles. It is kept while an article is read, so that the way back leads to the same place without a
 * request.
 */
export function openList({ client, announce, go }: Desk): List {
  const form = openFilterForm((filters) => go(writeAddress({ name: "list" }, filters)));
  const count = make("p", { class: "count" });
  const results = make("div", { class: "results" });
  const heading = make("h1", {}, "Articles");
  const element = make(
    "div",
    { class: "list-view" },
    form.element,
    make("section", { class: "listing" }, make("div", { class: "listing-head" }, heading, count), results),
  );

  /** As the address has it; what is shown belongs to these. */
  let shown: string | undefined;
  let filters: Filters = {};
  let items: ListedArticle[] = [];
  let lastRead: string | undefined;

  async function show(main: HTMLElement, asked: Filters, signal: AbortSignal): Promise<void> {
    const address = writeAddress({ name: "list" }, asked);
    const isHere = element.isConnected;
    if (!isHere) turnTo(main, "Articles", element);
    if (address === shown) {
      if (!isHere) returnTo(lastRead);
      return;
    }
    filters = asked;
    shown = undefined;
    items = [];
    form.fill(asked);
    results.replaceChildren(make("p", { class: "waiting" }, "Loading…"));
    results.setAttribute("aria-busy", "true");
    count.textContent = "";
    try {
      const page = await readPage(undefined, signal);
      results.replaceChildren();
      add(page.found);
      finish(page.nextCursor);
      shown = address;
      announce(items.length === 0 ? "No articles." : `${items.length} articles.`);
    } catch (error) {
      if (signal.aborted || isRefusal(error)) throw error;
      results.replaceChildren(makeFailure(error));
    } finally {
      results.removeAttribute("aria-busy");
    }
  }

  /** A page with at least one article, if there is one within reach. */
  async function readPage(cursor: string | undefined, signal: AbortSignal) {
    let next = cursor;
    for (let page = 1; ; page++) {
      // The names come from the address, so it is the API that judges them.
      const query = { ...filters, limit: articlesPerPage, ...(next !== undefined && { cursor: next }) } as ListQuery;
      const { json } = await client.listArticles({ ...query, signal });
      const { nextCursor } = json;
      // Where no fields are named, all of them come.
      const found = json.items as ListedArticle[];
      if (found.length > 0 || nextCursor === undefined || page === maxEmptyPages) return { found, nextCursor };
      next = nextCursor;
    }
  }

  /** Adds articles below the day that they belong to; what was searched for comes by how well it fits. */
  function add(more: readonly ListedArticle[]): void {
    const order = filters["sort"]?.[0];
    const byArrival = order?.endsWith("ingestedAt") ?? false;
    const byFit = filters["q"] !== undefined && order === undefined;
    for (const item of more) {
      const time = byArrival ? item.ingestedAt : (item.publishedAt ?? item.ingestedAt);
      const day = byFit ? "Best first" : nameDay(time);
      let list = results.lastElementChild?.querySelector("ol");
      if (list?.dataset["day"] !== day) {
        list = make("ol", { "data-day": day });
        results.append(make("section", {}, make("h2", {}, day), list));
      }
      list?.append(make("li", {}, makeEntry(item, filters, byFit ? showDay(time) : showClock(time))));
    }
    items.push(...more);
    form.suggest(more);
  }

  function finish(nextCursor: string | undefined): void {
    count.textContent = `${items.length}${nextCursor === undefined ? "" : " so far"}`;
    if (nextCursor !== undefined) {
      const button = makeButton("Load more", () => void loadMore(button, nextCursor), { id: "load-more" });
      results.append(make("p", { class: "more" }, button));
    } else if (items.length === 0) {
      const hasFilters = Object.keys(filters).length > 0;
      const words = hasFilters ? "No article fits these filters." : "Nothing has come in yet.";
      const clear = hasFilters ? make("p", {}, make("a", { href: "?" }, "Show all articles")) : undefined;
      results.append(make("div", { class: "notice" }, make("p", {}, words), clear));
    } else results.append(make("p", { class: "more end" }, "That is all."));
  }

  async function loadMore(button: HTMLButtonElement, cursor: string): Promise<void> {
    button.disabled = true;
    button.textContent = "Loading…";
    const address = shown;
    const signal = AbortSignal.timeout(60_000);
    const before = items.length;
    try {
      const page = await readPage(cursor, signal);
      if (address !== shown) return;
      button.parentElement?.remove();
      add(page.found);
      finish(page.nextCursor);
      announce(`${items.length - before} more, ${items.length} in all.`);
      results.querySelectorAll<HTMLElement>("a.headline")[before]?.focus();
    } catch (error) {
      button.parentElement?.replaceWith(
        makeFailure(error),
        make(
          "p",
          { class: "more" },
          makeButton("Try again", () => void tryAgain(cursor), { id: "load-more" }),
        ),
      );
    }
  }

  async function tryAgain(cursor: string): Promise<void> {
    results.querySelector(":scope > .notice")?.remove();
    const button = results.querySelector<HTMLButtonElement>("#load-more");
    if (button !== null) await loadMore(button, cursor);
  }

  function returnTo(id: string | undefined): void {
    const link = id === undefined ? null : results.querySelector<HTMLElement>(`a[data-id="${CSS.escape(id)}"]`);
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: "center" });
  }

  return {
    show,
    neighboursOf(id) {
      lastRead = id;
      const index = items.findIndex((item) => item.id === id);
      return index < 0 ? {} : { previous: items[index - 1]?.id, next: items[index + 1]?.id };
    },
  };
}
