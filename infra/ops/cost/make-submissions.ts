/** What a submission is to those before it. */
export const submissionKinds = ["new", "near", "exact", "replay"] as const;
export type SubmissionKind = (typeof submissionKinds)[number];
/** Shares in percent. */
export type Mix = Readonly<Record<SubmissionKind, number>>;

export const usualMix: Mix = { new: 60, near: 25, exact: 10, replay: 5 };

export interface MadeSubmission {
  readonly kind: SubmissionKind;
  readonly partner: string;
  readonly partnerArticleId: string;
  readonly body: SubmissionBody;
  /** The one before it that this is a copy of, by its place; none where it is new. */
  readonly original: number | undefined;
}

interface SubmissionBody {
  readonly url: string;
  readonly title: string;
  readonly language: string;
  readonly publishedAt: string;
  readonly authors: string[];
  readonly tags: string[];
  readonly html: string;
}

/** Partners whose articles the others copy. */
const partners = ["wire", "gazette", "herald", "courier"];
const sentences = { count: 28, words: 16 };

/**
 * Submissions in the shares of a mix, the same at every call: articles of some 450 words in 28 sentences, their near copies with
 * other words in one sentence, and their exact copies in other markup, both by other partners.
 *
 * @param percentOf so many submissions for each percent
 */
export function makeSubmissions(mix: Mix, percentOf: number, publishedAt: string): MadeSubmission[] {
  const random = openRandom(20_261_127);
  const made: MadeSubmission[] = [];
  const originals: {
    partner: string;
    partnerArticleId: string;
    title: string;
    lines: string[];
    body: SubmissionBody;
    at: number;
  }[] = [];
  const makeSentence = () =>
    `${capitalize(Array.from({ length: sentences.words }, () => makeWord(random)).join(" "))}.`;
  const describe = (
    partner: string,
    id: string,
    title: string,
    lines: readonly string[],
    tag = "p",
  ): SubmissionBody => ({
    url: `https://${partner}.example/2026/11/${id}`,
    title,
    language: "en",
    publishedAt,
    authors: ["Ilse Brandt"],
    tags: ["economy", "harbour"],
    html: lines.map((line) => `<${tag}>${line}</${tag}>`).join("\n"),
  });
  // One for every other kind to begin with; then in turns, so that copies come while their originals are recent.
  const left = Object.fromEntries(submissionKinds.map((kind) => [kind, Math.round(mix[kind] * percentOf)])) as Record<
    SubmissionKind,
    number
  >;
  const total = Object.values(left).reduce((sum, count) => sum + count, 0);
  for (let index = 0; index < total; index++) {
    const original = originals[Math.floor(random() * originals.length)];
    const kind = original === undefined ? "new" : pickKind(left, random);
    if (left[kind] === 0) throw new Error("Copies need something new before them: give the mix some.");
    left[kind] -= 1;
    const id = `a${String(index).padStart(7, "0")}`;
    if (kind === "new" || original === undefined) {
      const partner = partners[index % partners.length] ?? "wire";
      const title = `${makeSentence().slice(0, 60)}`;
      const lines = Array.from({ length: sentences.count }, makeSentence);
      const body = describe(partner, id, title, lines);
      originals.push({ partner, partnerArticleId: id, title, lines, body, at: index });
      made.push({ kind, partner, partnerArticleId: id, body, original: undefined });
      continue;
    }
    const copier = partners[(partners.indexOf(original.partner) + 1) % partners.length] ?? "wire";
    if (kind === "replay") {
      const { partner, partnerArticleId, body } = original;
      made.push({ kind, partner, partnerArticleId, body, original: original.at });
    } else if (kind === "exact") {
      const body = describe(copier, id, original.title, original.lines, "div");
      made.push({ kind, partner: copier, partnerArticleId: id, body, original: original.at });
    } else {
      const changed = Math.floor(random() * original.lines.length);
      const lines = original.lines.map((line, at) => (at === changed ? makeSentence() : line));
      const body = describe(copier, id, original.title, lines);
      made.push({ kind, partner: copier, partnerArticleId: id, body, original: original.at });
    }
  }
  return made;
}

function pickKind(left: Readonly<Record<SubmissionKind, number>>, random: () => number): SubmissionKind {
  let at = random() * Object.values(left).reduce((sum, count) => sum + count, 0);
  for (const kind of submissionKinds) {
    at -= left[kind];
    if (at < 0) return kind;
  }
  return "new";
}

const onsets = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pl", "br"];
const rimes = ["a", "e", "i", "o", "u", "an", "er", "in", "or", "un", "al", "est"];

function makeWord(random: () => number): string {
  const syllable = () => `${pick(onsets, random)}${pick(rimes, random)}`;
  return Array.from({ length: 1 + Math.floor(random() * 3) }, syllable).join("");
}

function pick(from: readonly string[], random: () => number): string {
  return from[Math.floor(random() * from.length)] ?? "";
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Numbers that look like chance and are the same every time (mulberry32). */
function openRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
