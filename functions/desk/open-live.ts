import { ProblemAnswer } from "../../shared/api/problem-answer.ts";
import { writeAddress } from "./address.ts";
import { type Desk, turnTo } from "./desk-context.ts";
import { drawBars, drawSwatch, makePatterns } from "./draw-bars.ts";
import { make, makeButton, makeScroller, makeSection, makeTable } from "./make-element.ts";
import { readArrivals } from "./read-arrivals.ts";
import { describeFailure, isRefusal } from "./show-failure.ts";
import { nameMinute, showClock } from "./show-time.ts";
import {
  type LiveChange,
  type OutcomeCounts,
  openTally,
  outcomes,
  type PartnerTally,
  unnamedPartner,
} from "./tally-changes.ts";

const shownMinutes = 30;
const pollMs = 3000;
const announceMs = 30_000;
const shownChanges = 25;
const changesPerPage = 200;
const namesPerPoll = 5;

const outcomeWords = {
  created: "New",
  duplicate: "Copies",
  updated: "Updated",
  retracted: "Retracted",
} as const;

const changeWords = {
  created: "new",
  duplicate: "copy",
  updated: "updated",
  retracted: "retracted",
  clusterChanged: "another role in its story",
} as const;

export interface Live {
  show(main: HTMLElement, signal: AbortSignal): Promise<void>;
}

/**
 * The live view: what comes in, by partner and outcome. It asks for changes while it is looked at, and only then; what has
 * happened meanwhile, it asks for when it is looked at again.
 */
export function openLive({ client, announce }: Desk): Live {
  const tally = openTally(shownMinutes);
  let recent: LiveChange[] = [];
  let cursor: string | undefined;
  let hasArrivals = false;

  async function show(main: HTMLElement, signal: AbortSignal): Promise<void> {
    const partners = makeScroller("Changes by partner");
    const minutes = makeScroller("Changes by minute and partner");
    const log = make("div");
    const state = make("span", {}, "Waiting for the first answer…");
    let isPaused = false;
    const pause = makeButton("Pause", () => {
      isPaused = !isPaused;
      pause.textContent = isPaused ? "Go on" : "Pause";
      state.textContent = isPaused ? "Paused." : "Going on…";
    });
    const draw = () => {
      const now = Date.now();
      const tallies = tally.read(now);
      renew(partners, makePartners(tallies));
      renew(minutes, makeMinutes(tallies, now));
      renew(log, makeLog(recent));
    };
    turnTo(
      main,
      "Live",
      make(
        "article",
        { class: "live-view" },
        make(
          "div",
          { class: "listing-head" },
          make("h1", {}, "What comes in"),
          make("p", { class: "count" }, state, " ", pause),
        ),
        makePatterns(),
        makeLegend(),
        partners,
        make(
          "p",
          { class: "hint" },
          `Arrivals of the last ${shownMinutes} minutes; updates and retractions since you came here.`,
        ),
        make("details", {}, make("summary", {}, "By minute"), minutes),
        makeSection("Lately", log),
      ),
    );
    draw();
    let announcedAt = Date.now();
    let unannounced = 0;
    while (!signal.aborted) {
      if (!isPaused && document.visibilityState === "visible") {
        try {
          unannounced += await catchUp(signal);
          if (signal.aborted) return;
          draw();
          state.textContent = `As of ${new Date().toLocaleTimeString("en-GB")}.`;
        } catch (error) {
          if (signal.aborted || isRefusal(error)) throw error;
          state.textContent = `${describeFailure(error).detail} Trying again.`;
        }
        if (unannounced > 0 && Date.now() - announcedAt >= announceMs) {
          announce(unannounced === 1 ? "1 change." : `${unannounced} changes.`);
          announcedAt = Date.now();
          unannounced = 0;
        }
      }
      await pauseFor(pollMs, signal);
    }
  }

  /**
   * Reads all changes since the last time, page by page, so that what was read stays read when the view is left meanwhile.
   *
   * @returns how many there were
   */
  async function catchUp(signal: AbortSignal): Promise<number> {
    let count = 0;
    for (;;) {
      const from = cursor === undefined ? { start: "now" as const } : { cursor };
      const { json } = await client.listChanges({ ...from, limit: changesPerPage, signal });
      cursor = json.nextCursor;
      keep(json.items.toReversed());
      count += json.items.length;
      if (json.items.length < changesPerPage) break;
    }
    // After the first cursor, so that nothing falls between the two; what is in both is counted once.
    if (!hasArrivals) {
      keep(await readArrivals(client, Date.now() - shownMinutes * 60_000, signal));
      hasArrivals = true;
    }
    await nameArticles(signal);
    return count;
  }

  /** Counts changes, the latest first, and keeps the latest for the log. */
  function keep(changes: readonly LiveChange[]): void {
    const fresh = changes.filter((change) => tally.add(change));
    recent = [...fresh, ...recent].toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, shownChanges);
  }

  /** Looks up what the latest changes are about, a few at a time. Of what is retracted there is no title. */
  async function nameArticles(signal: AbortSignal): Promise<void> {
    const nameless = recent
      .filter(({ title, type }) => title === undefined && type !== "retracted")
      .slice(0, namesPerPoll);
    const named = await Promise.all(
      nameless.map(async (change) => {
        try {
          const { json } = await client.getArticle({ id: change.id, signal });
          return { ...change, title: json.title ?? "", language: json.language };
        } catch (error) {
          if (error instanceof ProblemAnswer && [404, 410].includes(error.status)) return { ...change, title: "" };
          throw error;
        }
      }),
    );
    recent = recent.map((change) => named[nameless.indexOf(change)] ?? change);
  }

  return { show };
}

/** Puts new content in the place of the old, unless a reader is on a link in it and would be thrown off. */
function renew(holder: HTMLElement, content: HTMLElement): void {
  const active = document.activeElement;
  if (active === holder || active === null || !holder.contains(active)) holder.replaceChildren(content);
}

function makeLegend(): HTMLElement {
  return make(
    "ul",
    { class: "legend", "aria-label": "Outcomes" },
    ...outcomes.map((outcome) => make("li", {}, drawSwatch(outcome), outcomeWords[outcome])),
  );
}

function makePartners(partners: readonly PartnerTally[]): HTMLElement {
  if (partners.length === 0) return make("p", { class: "notice" }, `Nothing came in within ${shownMinutes} minutes.`);
  const most = Math.max(...partners.flatMap(({ minutes }) => minutes.map(sumOutcomes)), 1);
  const rows = partners.map(({ partner, minutes, total }) => [
    partner === unnamedPartner
      ? partner
      : make("a", { href: writeAddress({ name: "list" }, { partner: [partner] }) }, partner),
    drawBars(minutes, most, describeBars(partner, minutes)),
    ...outcomes.map((outcome) => total[outcome].toLocaleString("en")),
  ]);
  const columns = ["Partner", `The last ${shownMinutes} minutes`, ...outcomes.map((outcome) => outcomeWords[outcome])];
  return makeTable(`Changes by partner in the last ${shownMinutes} minutes`, columns, rows, { numbersFrom: 2 });
}

function sumOutcomes(counts: OutcomeCounts): number {
  return outcomes.reduce((sum, outcome) => sum + counts[outcome], 0);
}

function describeBars(partner: string, minutes: readonly OutcomeCounts[]): string {
  const sums = minutes.map(sumOutcomes);
  return `${partner}: at most ${Math.max(...sums)} in a minute, ${sums.at(-1)} in the latest`;
}

/** The same for those who read numbers: the minutes in which something came. */
function makeMinutes(partners: readonly PartnerTally[], now: number): HTMLElement {
  const rows = Array.from({ length: shownMinutes }, (_, ago) => ago).flatMap((ago) =>
    partners.flatMap(({ partner, minutes }) => {
      const counts = minutes[shownMinutes - 1 - ago];
      if (counts === undefined || sumOutcomes(counts) === 0) return [];
      return [[nameMinute(now - ago * 60_000), partner, ...outcomes.map((outcome) => String(counts[outcome]))]];
    }),
  );
  const columns = ["Minute", "Partner", ...outcomes.map((outcome) => outcomeWords[outcome])];
  return makeTable("Changes by minute and partner", columns, rows, { numbersFrom: 2 });
}

function makeLog(changes: readonly LiveChange[]): HTMLElement {
  if (changes.length === 0) return make("p", { class: "hint" }, "No change yet.");
  const items = changes.map(({ at, type, id, revision, partner = unnamedPartner, title, language }) =>
    make(
      "li",
      {},
      showClock(at),
      make("span", {}, partner),
      make("span", { class: "mark" }, changeWords[type]),
      make(
        "a",
        { href: writeAddress({ name: "article", id }, {}), lang: title ? language : undefined, dir: "auto" },
        title || `Article ${id.slice(0, 8)}, revision ${revision}`,
      ),
    ),
  );
  return make("ol", { class: "log" }, ...items);
}

/** Ends early, without an error, when the view is left. */
function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
    function end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
  });
}
