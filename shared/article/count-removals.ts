/** One line of the sanitation report. */
export interface Removal {
  readonly what: string;
  readonly rule: string;
  readonly count: number;
}

export interface RemovalCounter {
  count(what: string, rule: string): void;
  list(): Removal[];
}

/** Kinds of removals told apart; a flood of invented names is counted together beyond it. */
const maxKinds = 100;

/** Counts what the sanitizer takes out, by what it was and by which rule, in the order of first sight. */
export function createRemovalCounter(): RemovalCounter {
  const removals: { readonly what: string; readonly rule: string; count: number }[] = [];
  const byRule = new Map<string, Map<string, { count: number }>>();

  function count(what: string, rule: string): void {
    let ofRule = byRule.get(rule);
    if (ofRule === undefined) {
      ofRule = new Map();
      byRule.set(rule, ofRule);
    }
    const known = ofRule.get(what);
    if (known !== undefined) {
      known.count += 1;
    } else if (removals.length < maxKinds || what === "others") {
      const removal = { what, rule, count: 1 };
      removals.push(removal);
      ofRule.set(what, removal);
    } else count("others", rule);
  }

  return { count, list: () => removals.map((removal) => ({ ...removal })) };
}
