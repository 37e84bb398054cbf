/**
 * Merges sources, each of them in order, into one in that order. The first of each source is asked for at once; after that, a
 * source is asked only when what it gave before was handed on.
 *
 * @param comesBefore whether the first is to come before the second
 */
export async function* mergeSorted<T>(
  sources: readonly AsyncIterator<T>[],
  comesBefore: (first: T, second: T) => boolean,
): AsyncGenerator<T> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let best: number | undefined;
    for (const [index, head] of heads.entries()) {
      if (head.done) continue;
      const leader = best === undefined ? undefined : heads[best];
      if (leader === undefined || leader.done || comesBefore(head.value, leader.value)) best = index;
    }
    const chosen = best === undefined ? undefined : heads[best];
    if (best === undefined || chosen === undefined || chosen.done) return;
    yield chosen.value;
    heads[best] = await (sources[best] as AsyncIterator<T>).next();
  }
}
