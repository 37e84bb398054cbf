/** Does an asynchronous work on several values at once, and gives the results in the order of the values. */
export async function* mapInOrder<T, R>(
  values: AsyncIterable<T>,
  atOnce: number,
  work: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const value of values) {
      const result = work(value);
      // Who fails is heard when its turn comes, not before.
      result.catch(() => {});
      running.push(result);
      if (running.length >= atOnce) yield await (running.shift() as Promise<R>);
    }
    for (const result of running) yield await result;
  } finally {
    await Promise.allSettled(running);
  }
}
