import { hashContent } from "../../../shared/article/content-hash.ts";
import { chooseOriginal } from "../../../shared/article/near/choose-original.ts";
import { decideMatch } from "../../../shared/article/near/decide-match.ts";
import { extendsOriginal } from "../../../shared/article/near/extends-original.ts";
import { fingerprintArticle } from "../../../shared/article/near/fingerprint-article.ts";
import { addArticle, emptyLineProfile, type LineProfile } from "../../../shared/article/near/line-profile.ts";
import { removeRecurringLines } from "../../../shared/article/near/recurring-lines.ts";
import type { Sketch } from "../../../shared/article/near/sketch.ts";
import type { Linker } from "./linker.ts";
import { rankCandidates } from "./rank-candidates.ts";

export interface NearDesign {
  /** Keys that are looked up. */
  readonly keysRead: number;
  /** Keys that are written: the first of those looked up that are not full. */
  readonly keysWritten: number;
  readonly idsPerKey: number;
  /** Sketches that are read for an article. */
  readonly maxCandidates: number;
  /**
   * Who writes keys and a sketch. `representatives`: originals, and copies that have text which their original lacks.
   * `replacement`: these put their sketch in the place of the original's, so that a cluster keeps one.
   */
  readonly writers: "originals" | "replacement" | "representatives" | "all";
  /** Whether lines that recur in a partner's articles are removed. */
  readonly hasProfiles: boolean;
}

interface Stored {
  readonly sketch: Sketch;
  readonly originalId: string;
  readonly acceptedAt: string;
}

/** The protocol of ingest for near-duplicates, in memory: what is read, decided and written for one article after another. */
export function createNearLinker(design: NearDesign): Linker {
  const claims = new Map<string, string>();
  const keys = new Map<string, readonly string[]>();
  const stored = new Map<string, Stored>();
  const profiles = new Map<string, LineProfile>();
  let arrivals = 0;

  return {
    add: (article) => {
      arrivals += 1;
      const { id, title, partner } = article;
      const profile =
        design.hasProfiles && partner !== undefined ? (profiles.get(partner) ?? emptyLineProfile) : undefined;
      const lines = profile === undefined ? article.lines : removeRecurringLines(profile, article);
      const contentHash = hashContent({ lines, title });
      const { sketch, candidateKeys } = fingerprintArticle({ ...article, lines });
      const looked = candidateKeys.slice(0, design.keysRead);
      // The claim of the text is read with every design; it is no cost of this one.
      const claimed = contentHash === undefined ? undefined : claims.get(contentHash);
      if (claimed !== undefined) {
        return { originalId: claimed, cost: { requests: 1, readUnits: looked.length / 2, writeUnits: 0 } };
      }

      const candidateIds = rankCandidates(looked.map((key) => keys.get(key) ?? [])).slice(0, design.maxCandidates);
      const candidates = candidateIds.flatMap((candidateId) => {
        const known = stored.get(candidateId);
        return known === undefined ? [] : [{ ...known, id: candidateId, match: decideMatch(sketch, known.sketch) }];
      });
      const chosen = chooseOriginal(candidates.filter(({ match }) => match.verdict === "duplicate"));
      const clusterId = chosen?.originalId ?? id;
      if (contentHash !== undefined) claims.set(contentHash, clusterId);
      if (profile !== undefined && partner !== undefined) {
        profiles.set(partner, addArticle(profile, { id: clusterId, lines: article.lines }));
      }

      let writeUnits = 0;
      const isRepresentative =
        chosen !== undefined && chosen.id === chosen.originalId && extendsOriginal(sketch, chosen.sketch);
      const writes = { originals: false, replacement: isRepresentative, representatives: isRepresentative, all: true };
      if (chosen === undefined || writes[design.writers]) {
        const sketchId = design.writers === "replacement" ? clusterId : id;
        stored.set(sketchId, { sketch, originalId: clusterId, acceptedAt: String(arrivals).padStart(9, "0") });
        const written = looked.filter((key) => (keys.get(key)?.length ?? 0) < design.idsPerKey);
        for (const key of written.slice(0, design.keysWritten)) {
          keys.set(key, [...new Set([...(keys.get(key) ?? []), sketchId])]);
          writeUnits += 2;
        }
        writeUnits += 2;
      }
      return {
        ...(chosen !== undefined && { originalId: clusterId }),
        cost: {
          requests: candidates.length === 0 ? 1 : 2,
          readUnits: (looked.length + candidates.length) / 2,
          writeUnits,
        },
      };
    },
  };
}
