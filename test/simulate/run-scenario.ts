import { createHash } from "node:crypto";
import { ProblemError } from "../../shared/api/problem.ts";
import { type ArticleAddress, resolveAddress } from "../../shared/article-address.ts";
import { type IngestContext, ingestArticle } from "../../shared/ingest-article.ts";
import { retractArticle } from "../../shared/retract-article.ts";
import type { SnapshotKeys } from "../../shared/stores/article-writes.ts";
import { openMemoryStores } from "../support/memory-stores.ts";
import { openRandom } from "../support/random.ts";
import { withoutProfiles } from "../support/without-profiles.ts";
import { checkState, Violation } from "./check-state.ts";
import { type Fault, faults, readFaults, StoreError } from "./faults.ts";
import { type Acknowledgement, checkKept, openHistory, readVersion } from "./history.ts";
import { readInParts } from "./read-in-parts.ts";
import { describeSubmission, describeWish, makeScenario, type Wish } from "./scenario.ts";
import { openScheduler } from "./scheduler.ts";
import { deriveOnce, likeTexts, texts } from "./texts.ts";
import { describeEvents, describeKeys, describeWrites, openNames } from "./trace.ts";
import { type Protocol, rightProtocol } from "./wrong-protocols.ts";

export interface ScenarioReport {
  readonly violation: string | undefined;
  /** How often what has happened: requests, answers, faults at each call, lost races. */
  readonly counts: ReadonlyMap<string, number>;
  /** What happened, a line each; empty unless asked for. */
  readonly trace: readonly string[];
}

/** The client never hears of its request again: the process died, or the client got tired of waiting. */
class ConnectionLost extends Error {}

/** Waits for ever. Each time it is a promise of its own: one for all would keep everybody who waits, of all scenarios. */
const wait = () => new Promise<never>(() => {});

/** In the end a newcomer brings these, and must find its way, whatever the clusters have been through. */
const newcomers = likeTexts.map(
  (text): Wish => ({
    kind: "submit",
    partner: "newcomer",
    id: text,
    text,
    url: undefined,
    publishedAt: undefined,
    isGuarded: false,
  }),
);

const likeDigests = new Set(likeTexts.map((name) => createHash("sha256").update(texts[name]).digest("hex")));

/**
 * Plays one scenario: the pipeline itself, on stores in memory, run by several clients whose every call to a store is a step
 * of the scheduler and may meet a fault. Promises are checked after each change of a store, at each answer, and at the end.
 *
 * @param options.protocol what stands between the pipeline and the stores; the wrong ones show that the checks find them
 */
export async function runScenario(
  seed: number,
  options: { readonly protocol?: Protocol; readonly isTraced?: boolean } = {},
): Promise<ScenarioReport> {
  const { protocol = rightProtocol, isTraced = false } = options;
  const random = openRandom(seed);
  const scenario = makeScenario(random);
  const scheduler = openScheduler(random);
  const stores = openMemoryStores(protocol);
  const history = openHistory();
  const names = openNames();
  const counts = new Map<string, number>();
  const trace: string[] = [];
  const acknowledged: Acknowledgement[] = [];
  let violation: Error | undefined;
  let faultsLeft = scenario.maxFaults;
  let isQuiet = false;
  let commits = 0;
  let processes = 0;

  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const say = (who: string, what: () => string) => {
    if (isTraced) trace.push(`${String(scheduler.turn).padStart(4)}  ${who.padEnd(4)} ${names.shorten(what())}`);
  };
  const judge = (check: () => void) => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      if (violation === undefined) say("", () => `VIOLATION ${error.message}`);
      violation ??= error;
    }
  };

  function drawFault(name: string, isWrite: boolean): Fault | undefined {
    // A snapshot comes in several parts, and most calls are for one; they shall not use up the faults of the others.
    const chance = name === "readSnapshot" ? scenario.faultChance / 5 : scenario.faultChance;
    if (isQuiet || faultsLeft === 0 || !random.chance(chance)) return undefined;
    faultsLeft -= 1;
    return random.pick(isWrite ? faults : readFaults);
  }

  /** A process that works on one request: a clock of its own, and calls that may be its last. */
  function startProcess(who: string, ifMatch: string | undefined) {
    let isDead = false;
    let lose: (reason: ConnectionLost) => void = () => {};
    const lost = new Promise<never>((_, reject) => {
      lose = reject;
    });
    lost.catch(() => {});
    const skewMs = random.below(7) * 1000;

    async function call<Result>(
      name: string,
      describe: (result: Result) => string,
      work: () => Promise<Result>,
    ): Promise<Result> {
      if (isDead) return wait();
      await scheduler.waitForTurn();
      if (isDead) return wait();
      const isWrite = name === "commit" || name === "putRaw";
      const fault = drawFault(name, isWrite);
      const perform = async (by: string) => {
        const result = await work();
        say(by, () => `${name} ${describe(result)}`);
        if (name === "commit") judge(() => checkState(stores, likeDigests));
        return result;
      };
      count(`call ${name}`);
      if (fault === undefined) return perform(who);
      count(`fault ${fault.name} @ ${name}`);
      const hangs = 1 + random.below(40);
      say(who, () => `${name} ${fault.name}`);
      if (fault.caller === "dies") isDead = true;
      if (fault.caller !== "error") lose(new ConnectionLost());
      if (fault.done === "later") void scheduler.waitForTurn(hangs).then(() => perform(`(${who})`));
      const result = fault.done === "yes" ? await perform(who) : undefined;
      if (fault.caller === "error") throw new StoreError(fault.name);
      if (fault.caller === "dies") return wait();
      await scheduler.waitForTurn(hangs);
      // Its client is gone, and it goes on all the same.
      return fault.done === "yes" ? (result as Result) : perform(who);
    }

    const { table, raw } = stores;
    const context: IngestContext = {
      articles: {
        readSnapshot: (keys) => {
          const readPart = (part: SnapshotKeys) =>
            call(
              "readSnapshot",
              () => `of ${describeKeys(part)}`,
              () => table.readSnapshot(part),
            );
          return isQuiet ? readPart(keys) : readInParts(keys, readPart);
        },
        readCandidates: async (ids) => {
          const readPart = () =>
            call(
              "readCandidates",
              ({ sketches }) => `finds ${sketches.size}`,
              () => table.readCandidates(ids),
            );
          if (isQuiet) return readPart();
          // This is no transaction either.
          const [{ sketches }, { clusters }] = await Promise.all([readPart(), readPart()]);
          return { sketches, clusters };
        },
        getOldestMember: (id) =>
          call(
            "getOldestMember",
            (heirId) => `of ${id} is ${heirId ?? "nobody"}`,
            () => table.getOldestMember(id),
          ),
        commit: (writes) =>
          call(
            "commit",
            ({ committed }) => `${committed ? "✓" : "✗ lost the race:"} ${describeWrites(writes)}`,
            async () => {
              const result = await table.commit(writes);
              count(result.committed ? "committed" : "lost races");
              if (!result.committed) return result;
              commits += 1;
              judge(() => history.note(writes, ifMatch));
              for (const event of describeEvents(writes)) count(event);
              return result;
            },
          ),
      },
      raw: {
        ...raw,
        putRaw: (...object) =>
          call(
            "putRaw",
            () => object[1].slice(0, 4),
            () => raw.putRaw(...object),
          ),
      },
      derive: deriveOnce,
      profiles: withoutProfiles,
      // It is shortly before midnight, and no two clocks agree.
      now: () => new Date(Date.UTC(2026, 10, 23, 23, 59, 40) + scheduler.turn * 200 + skewMs),
      nearDuplicateDays: 90,
      timelineShards: scenario.timelineShards,
      pause: () => scheduler.waitForTurn(random.below(6)),
    };
    return { context: protocol.wrap(context), lost };
  }

  /** Sends a request once, to a process of its own. */
  async function attempt(wish: Wish, who: string, ifMatch: string | undefined): Promise<Acknowledgement> {
    const process = startProcess(who, ifMatch);
    const { partner, id: partnerArticleId } = wish;
    const work = async (): Promise<Acknowledgement> => {
      if (wish.kind === "submit") {
        const { result, etag } = await ingestArticle(describeSubmission(wish, ifMatch), process.context);
        count(`answer ${result.outcome}`);
        if (result.duplicateOf !== undefined) count(`match ${result.duplicateOf.match}`);
        say(who, () => `is answered ${result.outcome} ${etag}, ${result.id} in ${result.clusterId}`);
        return { wish, id: result.id, etag, told: result };
      }
      const address: ArticleAddress = { partnerArticleId: partnerArticleId as string };
      const etag = await retractArticle({ partner, address, ifMatch }, process.context);
      count("answer retracted");
      say(who, () => `is answered retracted ${etag}`);
      return { wish, id: resolveAddress(partner, address), etag };
    };
    return Promise.race([work(), process.lost]);
  }

  /** Sends a request until it is answered for good; undefined when it is refused, or given up. */
  async function send(wish: Wish, who: string): Promise<Acknowledgement | undefined> {
    const id = wish.id && resolveAddress(wish.partner, { partnerArticleId: wish.id });
    const seen = acknowledged.filter((entry) => entry.id === id);
    const lastSeen = seen.toSorted((a, b) => readVersion(b.etag) - readVersion(a.etag))[0];
    const ifMatch = wish.isGuarded ? lastSeen?.etag : undefined;
    for (let attempts = 1; violation === undefined; attempts++) {
      count("requests");
      say(
        who,
        () => `sends ${describeWish(wish)}${ifMatch ? ` if it is ${ifMatch}` : ""}${attempts > 1 ? " again" : ""}`,
      );
      try {
        const acknowledgement = await attempt(wish, who, ifMatch);
        judge(() => checkAnswer(acknowledgement, { seen, ifMatch }));
        acknowledged.push(acknowledgement);
        return acknowledgement;
      } catch (error) {
        const isOurs = error instanceof StoreError || error instanceof ConnectionLost;
        if (!isOurs && isRefusal(error)) {
          count(`answer ${error.kind}`);
          say(who, () => `is refused: ${error.kind}`);
          judge(() => checkRefusal(error.kind, { wish, id, seen, ifMatch }));
          return undefined;
        }
        // So many rivals no scenario has that somebody loses every round.
        if (!isOurs) judge(() => fail(`${describeWish(wish)} ends with ${error}`));
        count("retries");
        if (random.chance(0.1)) {
          count("clients that never return");
          say(who, () => "gives up");
          return undefined;
        }
      }
    }
    return undefined;
  }

  function checkAnswer(
    acknowledgement: Acknowledgement,
    known: { readonly seen: readonly Acknowledgement[]; readonly ifMatch: string | undefined },
  ): void {
    history.checkTold(acknowledgement);
    const { wish, id, etag } = acknowledgement;
    const earlier = acknowledged.find((entry) => entry.wish === wish && entry.id !== id);
    if (earlier !== undefined) fail(`${describeWish(wish)} was answered ${earlier.id}, and then ${id}`);
    const version = readVersion(etag);
    const isOld = known.seen.some((entry) => readVersion(entry.etag) > version);
    if (isOld) fail(`${describeWish(wish)} was answered ${etag}, after a later version was seen`);
  }

  function checkRefusal(
    kind: string,
    {
      wish,
      id,
      seen,
      ifMatch,
    }: { wish: Wish; id: string | undefined; seen: readonly unknown[]; ifMatch: string | undefined },
  ): void {
    if (kind === "not-found" && seen.length > 0) fail(`${describeWish(wish)}: not found, although it was acknowledged`);
    if (kind === "retracted" && !history.has(id ?? "", "retracted")) fail(`${describeWish(wish)}: nobody retracted it`);
    if (kind === "precondition-failed" && ifMatch === undefined) fail(`${describeWish(wish)}: it had no condition`);
  }

  async function runClient(wishes: readonly Wish[], client: number): Promise<void> {
    const repeats: Promise<unknown>[] = [];
    for (const wish of wishes) {
      const answer = await send(wish, `c${client}`);
      // Some clients send again what was answered, at some later time and beside what they do then.
      if (answer !== undefined && random.chance(0.2)) {
        count("repeats");
        const name = `r${++processes}`;
        repeats.push(scheduler.waitForTurn(random.below(30)).then(() => send({ ...wish, isGuarded: false }, name)));
      }
    }
    await Promise.all(repeats);
  }

  /** When everything has come to rest: what was acknowledged is there, and sending it again changes nothing. */
  async function checkEnd(wishes: readonly Wish[]): Promise<void> {
    isQuiet = true;
    for (const entry of acknowledged) judge(() => checkKept(entry, stores));
    const standing = acknowledged.filter(({ id, etag }) => stores.articles.get(id)?.version === readVersion(etag));
    for (const { wish, id, told } of new Map(standing.map((entry) => [entry.wish, entry])).values()) {
      if (told !== undefined) await sendAgain(wish, id);
    }
    // What has given way to something else comes back, and is then what stands there.
    const wish = random.pick(wishes);
    const returned = wish.kind === "submit" ? await send({ ...wish, isGuarded: false }, "end") : undefined;
    if (returned !== undefined) await sendAgain(wish, returned.id);
    for (const wish of newcomers) {
      const answer = await send(wish, "end");
      if (answer === undefined) judge(() => fail(`${describeWish(wish)} was refused`));
    }
  }

  async function sendAgain(wish: Wish, id: string): Promise<void> {
    const before = commits;
    const again = await send({ ...wish, isGuarded: false }, "end");
    if (violation !== undefined) return;
    const isSame = again?.id === id && again.told !== undefined && commits === before;
    if (!isSame) judge(() => fail(`${describeWish(wish)}, sent again in the end, is not unchanged`));
  }

  // Once a document has been read, asking for it takes no time, as the scheduler demands.
  for (const wish of [...scenario.clients.flat(), ...newcomers]) {
    const { document, metadata } = describeSubmission(wish, undefined);
    await deriveOnce(document, metadata, { now: new Date() });
  }
  /** After a violation nobody goes on: what follows from it is of no interest. */
  async function runToRest(work: Promise<void>): Promise<void> {
    // Seen by the await below, unless a bug of the simulator has stopped the scheduler before.
    work.catch(() => {});
    await scheduler.run(() => violation !== undefined);
    if (violation === undefined) await work;
  }

  const play = async () => {
    await Promise.all(scenario.clients.map((wishes, client) => runClient(wishes, client + 1)));
  };
  await runToRest(play());
  if (violation === undefined) await runToRest(checkEnd(scenario.clients.flat()));
  return { violation: violation && names.shorten(violation.message), counts, trace };
}

function fail(what: string): never {
  throw new Violation(what);
}

/** Refusals that a partner can expect; anything else is a bug. */
function isRefusal(error: unknown): error is ProblemError {
  return error instanceof ProblemError && ["not-found", "retracted", "precondition-failed"].includes(error.kind);
}
