/** Waiting with an end: a call that did not answer in time is unknown, and nobody's business any more. */

/** The call did not answer in time: what became of it is unknown. */
export class Expired extends Error {
  constructor(what: string, ms: number) {
    super(`${what} did not answer within ${Math.round(ms)} ms`);
    this.name = 'Expired';
  }
}

/** Rejects with `Expired` after `ms`. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Expired(what, ms)), ms);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
