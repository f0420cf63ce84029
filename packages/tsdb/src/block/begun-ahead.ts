/** What `work` makes of each item, in order; `depth` of them have begun while the first is waited for. */
export async function* begunAhead<T, R>(items: AsyncIterable<T>, work: (item: T) => Promise<R>, depth: number): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const one = work(item);
      one.catch(() => {}); // It is awaited in its turn, unless one before it has failed.
      begun.push(one);
      if (begun.length >= depth) yield await (begun.shift() as Promise<R>);
    }
    while (begun.length > 0) yield await (begun.shift() as Promise<R>);
  } finally {
    await Promise.allSettled(begun);
  }
}
