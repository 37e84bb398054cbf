import type { Change as ToldChange } from "../../shared/api/change.ts";
import { writeAddress } from "./address.ts";
import { type Desk, turnTo } from "./desk-context.ts";
import { drawBars, drawSwatch, makePatterns } from "./draw-bars.ts";
import { make, makeButton, makeSection, makeTable } from "./make-element.ts";
import { describeFailure, isRefusal } from "./show-failure.ts";
import { nameMinute, showClock } from "./show-time.ts";
import { type OutcomeCounts, openTally, outcomes, type PartnerTally } from "./tally-changes.ts";

const shownMinutes = 30;
const pollMs = 3000;
const announceMs = 30_000;
const shownChanges = 25;
const changesPerPage = 200;

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

/** Changes from before it was kept there do not say who sent the article. */
type Change = ToldChange & { readonly partner?: string | undefined };

export interface Live {
  show(main: HTMLElement, signal: AbortSignal): Promise<void>;
}

/**
 * The live view: what comes in, by partner and outcome. It asks for changes while it is looked at, and only then; what has
 * happened meanwhile, it asks for when it is looked at again.
 */
export function openLive({ client, announce }: Desk): Live {
  const tally = openTally(shownMinutes);
  let recent: Change[] = [];
  let cursor: string | undefined;
  let startedAt: number | undefined;

  async function show(main: HTMLElement, signal: AbortSignal): Promise<void> {
    const charts = make("div", { class: "charts" });
    const log = make("div");
    const state = make("span", {}, "Waiting for the first answer…");
    let isPaused = false;
    const pause = makeButton("Pause", () => {
      isPaused = !isPaused;
      pause.textContent = isPaused ? "Go on" : "Pause";
      state.textContent = isPaused ? "Paused." : "Going on…";
    });
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
        charts,
        makeSection("Lately", log),
      ),
    );
    startedAt ??= Date.now();
    draw(charts, log);
    let announcedAt = Date.now();
    let unannounced = 0;
    while (!signal.aborted) {
      if (!isPaused && document.visibilityState === "visible") {
        try {
          unannounced += await catchUp(signal);
          if (signal.aborted) return;
          draw(charts, log);
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

  /** Reads all changes since the last time. @returns how many */
  async function catchUp(signal: AbortSignal): Promise<number> {
    let read = 0;
    for (;;) {
      const from = cursor === undefined ? { start: "now" as const } : { cursor };
      const { json } = await client.listChanges({ ...from, limit: changesPerPage, signal });
      cursor = json.nextCursor;
      for (const change of json.items as Change[]) tally.add({ ...change, partner: change.partner ?? "unknown" });
      recent = [...json.items.toReversed(), ...recent].slice(0, shownChanges);
      read += json.items.length;
      if (json.items.length < changesPerPage) return read;
    }
  }

  function draw(charts: HTMLElement, log: HTMLElement): void {
    const now = Date.now();
    const partners = tally.read(now);
    charts.replaceChildren(
      ...(partners.length === 0 ? [makeEmpty(startedAt ?? now)] : [makePartners(partners), makeMinutes(partners, now)]),
    );
    // Whoever is on a link of the log stays there: it is written anew only when nobody is.
    if (!log.contains(document.activeElement)) log.replaceChildren(makeLog(recent));
  }

  return { show };
}

function makeEmpty(startedAt: number): HTMLElement {
  return make(
    "p",
    { class: "notice" },
    `Nothing has come in since ${nameMinute(startedAt)}. It appears here within a few seconds.`,
  );
}

function makeLegend(): HTMLElement {
  return make(
    "ul",
    { class: "legend", "aria-label": "Outcomes" },
    ...outcomes.map((outcome) => make("li", {}, drawSwatch(outcome), outcomeWords[outcome])),
  );
}

function makePartners(partners: readonly PartnerTally[]): HTMLElement {
  const most = Math.max(...partners.flatMap(({ minutes }) => minutes.map(sumOutcomes)), 1);
  const rows = partners.map(({ partner, minutes, total }) => [
    make("a", { href: writeAddress({ name: "list" }, { partner: [partner] }) }, partner),
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
  return make(
    "details",
    {},
    make("summary", {}, "By minute"),
    makeTable("Changes by minute and partner", columns, rows, { numbersFrom: 2 }),
  );
}

function makeLog(changes: readonly Change[]): HTMLElement {
  if (changes.length === 0) return make("p", { class: "hint" }, "No change yet.");
  const items = changes.map(({ at, type, id, revision, partner }) =>
    make(
      "li",
      {},
      showClock(at),
      make("span", {}, partner ?? "unknown"),
      make("span", { class: "mark" }, changeWords[type]),
      make("a", { href: writeAddress({ name: "article", id }, {}) }, `${id.slice(0, 8)}, revision ${revision}`),
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
