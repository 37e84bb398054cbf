import { rivalCount, writeRival } from "../fixtures/write-rival.ts";
import type { Random } from "../support/random.ts";

export type Kind = "new" | "near-duplicate" | "exact duplicate" | "replay" | "read";

export interface TrafficRequest {
  readonly kind: Kind;
  readonly method: "PUT" | "GET";
  readonly path: string;
  /** Index of the partner that sends it; absent for reads. */
  readonly partner?: number;
  readonly html?: string;
  /** The one outcome that is right. */
  readonly outcome?: string;
  /** Called with what was answered, so that later requests can build on it. */
  readonly onAnswer?: (answer: { readonly id: string }) => void;
}

interface Story {
  readonly number: number;
  readonly partner: number;
  readonly id: string;
  /** Rivals that have been published. */
  rivals: number;
}

/** Of submissions, in percent. */
const mix = { new: 60, nearDuplicate: 25, exactDuplicate: 10 };

/** Stories that later submissions can be about. */
const maxStories = 2000;

/** Traffic as a newsroom has it: stories, other papers' versions of them, copies, repeats, and readers of all that. */
export function openTraffic(
  random: Random,
  partnerCount: number,
): { submit(): TrafficRequest; read(): TrafficRequest } {
  const stories: Story[] = [];
  let number = 0;
  let copies = 0;

  const put = (kind: Kind, request: { partner: number; name: string; story: number; rival: number }) => ({
    kind,
    method: "PUT" as const,
    path: `/v1/submissions/${request.name}`,
    partner: request.partner,
    html: writePage(writeRival(request.story, request.rival)),
  });
  /** By another partner than the one that brought the story. */
  const copy = (kind: Kind, { number: story, partner }: Story, rival: number) => {
    copies += 1;
    const other = (partner + 1 + random.below(partnerCount - 1)) % partnerCount;
    return { ...put(kind, { partner: other, name: `copy-${copies}`, story, rival }), outcome: "duplicate" };
  };

  return {
    submit() {
      const choice = random.below(100);
      const story = stories.length > 0 ? random.pick(stories) : undefined;
      if (story === undefined || choice < mix.new) {
        const fresh = { number: number++, partner: random.below(partnerCount), rivals: 1 };
        return {
          ...put("new", { partner: fresh.partner, name: `story-${fresh.number}`, story: fresh.number, rival: 0 }),
          outcome: "created",
          onAnswer({ id }) {
            stories.push({ ...fresh, id });
            if (stories.length > maxStories) stories.shift();
          },
        };
      }
      if (choice < mix.new + mix.nearDuplicate && story.rivals < rivalCount) {
        return copy("near-duplicate", story, story.rivals++);
      }
      if (choice < mix.new + mix.nearDuplicate + mix.exactDuplicate) return copy("exact duplicate", story, 0);
      const name = `story-${story.number}`;
      return {
        ...put("replay", { partner: story.partner, name, story: story.number, rival: 0 }),
        outcome: "unchanged",
      };
    },

    read() {
      const story = stories.length > 0 ? random.pick(stories) : undefined;
      const article = `/v1/articles/${story?.id}`;
      const ofStory = [article, `${article}/html`, `${article}/text`, `${article}/duplicates`];
      const lists = ["/v1/articles", "/v1/articles?partner=partner1&duplicates=include", "/v1/changes?start=now"];
      return { kind: "read", method: "GET", path: random.pick(story === undefined ? lists : [...lists, ...ofStory]) };
    },
  };
}

/** A page as a CMS makes it, of some 4 KB. */
function writePage(sentences: readonly string[]): string {
  const paragraphs = sentences.map((sentence) => `<p class="article__text" style="margin:0">${sentence}</p>`);
  return `<!doctype html><html lang="en"><head><title>${sentences[0]}</title><script>var tracking = {};</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>${sentences[0]}</h1>${paragraphs.join("\n")}</article></body></html>`;
}
