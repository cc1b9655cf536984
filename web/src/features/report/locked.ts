/* One at a time under a name: in all windows of this browser, and where it has no locks (a page without https) in this
 * one. */
const turns = new Map<string, Promise<unknown>>();

export async function locked<T>(name: string, act: () => Promise<T>): Promise<T> {
  if ('locks' in navigator) return navigator.locks.request(`minyi-draft-${name}`, act) as Promise<T>;
  const before = turns.get(name);
  const now = before ? before.then(act, act) : act();
  turns.set(name, now);
  try {
    return await now;
  } finally {
    if (turns.get(name) === now) turns.delete(name);
  }
}
