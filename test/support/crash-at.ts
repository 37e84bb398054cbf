/** What a process that was killed never gets to say. */
export class Crash extends Error {}

/**
 * Stores whose caller dies before its n-th call of any of them, counted over all. Calls that were made before have been done.
 *
 * @param isCounted leaves out what is no call of a store
 */
export function crashAt<T extends object>(stores: T, n: number, isCounted: (name: string) => boolean): T {
  let calls = 0;
  const count = () => {
    calls += 1;
    if (calls >= n) throw new Crash(`Killed before call ${n}.`);
  };
  const wrap = (store: object): object =>
    new Proxy(store, {
      get(target, name, receiver) {
        const found = Reflect.get(target, name, receiver);
        if (typeof found !== "function") return found;
        return (...args: unknown[]) => {
          count();
          return Reflect.apply(found, target, args);
        };
      },
    });
  const wrapped = Object.entries(stores).map(([name, value]) => [name, isCounted(name) ? wrap(value) : value]);
  return Object.fromEntries(wrapped) as T;
}
