/** Is a store on a server there? What is known of it without asking, shared by all in this process who speak to it. */

export type StoreName = 'log' | 'views';

/** One time of being away; over once the store has answered again. */
export interface Outage {
  over: boolean;
  readonly cause: string;
  /** Milliseconds since 1970 UTC. */
  readonly since: number;
}

export class StoreAway extends Error {
  constructor(
    readonly store: StoreName,
    reason: string,
    readonly outage: Outage,
  ) {
    super(`${nameOf(store)} is away: ${reason}`);
    this.name = 'StoreAway';
  }
}

export const nameOf = (store: StoreName): string => (store === 'log' ? 'the log' : 'the store of the views');

/** Milliseconds: a store that answered nobody for so long, and is waited for, hangs. */
const SILENT = 2_000;
/** What is asked of a store that is known to be away waits for so long. */
const LOOK = 2_000;
/** Between two looks at whether a store that takes its time still answers others. */
const AGAIN = 500;

export class Standing {
  private outage: Outage | undefined;
  /** What keeps the store from telling at once what happens, though it answers. */
  private quiet: string | undefined;
  private heardAt = performance.now();
  private waiting = 0;
  private readonly listeners = new Set<() => void>();

  /** `beneath`: another store that this one cannot answer without. */
  constructor(
    readonly store: StoreName,
    private readonly beneath?: Standing,
  ) {}

  /** The outage that is not over. */
  get now(): Outage | undefined {
    return this.outage;
  }

  get deafness(): string | undefined {
    return this.quiet;
  }

  /** Told why the store cannot say at once what happens; `undefined` when it can. */
  deaf(trouble: string | undefined): void {
    this.quiet = trouble;
  }

  /** `listener` hears that an outage has begun or ended. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The answer of the store: a sign of life where `isSign` says so. */
  async waitedFor<T>(answer: Promise<T>, isSign: (told: T) => boolean): Promise<T> {
    this.waiting += 1;
    try {
      const told = await answer;
      if (isSign(told)) this.heard();
      return told;
    } finally {
      this.waiting -= 1;
    }
  }

  heard(): void {
    this.heardAt = performance.now();
    if (!this.outage) return;
    this.outage.over = true;
    this.outage = undefined;
    this.tell();
  }

  /** Somebody did not reach the store. Where that comes of the store beneath, that one is away. */
  away(reason: string): StoreAway {
    const { beneath } = this;
    if (beneath?.outage) return beneath.away(beneath.outage.cause);
    if (beneath?.hangs) return beneath.away(NO_ANSWER);
    const isNew = this.outage === undefined;
    this.outage ??= { over: false, cause: reason, since: Date.now() };
    if (isNew) this.tell();
    return new StoreAway(this.store, reason, this.outage);
  }

  /**
   * `told`, or `StoreAway` as soon as an outage begins, a moment after the call where one is known already, and at `until`
   * (performance.now()) where the store answers nobody. With `strict` at `until` in any case.
   */
  hastened<T>(told: Promise<T>, until: number, strict: boolean): Promise<T> {
    const stores = this.beneath ? [this.beneath, this] : [this];
    return unlessAway(told, stores, {
      until: Math.max(until, performance.now() + LOOK),
      late: () => (strict || this.isSilent ? this.away(NO_ANSWER) : undefined),
    });
  }

  private get isSilent(): boolean {
    return performance.now() - this.heardAt > SILENT;
  }

  private get hangs(): boolean {
    return this.waiting > 0 && performance.now() - this.heardAt > SILENT / 2;
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

const NO_ANSWER = 'it has answered nobody for seconds';

/** The first of `stores` that is away, as an error. */
export function awayOf(stores: readonly Standing[]): StoreAway | undefined {
  const store = stores.find(({ now }) => now !== undefined);
  return store?.now && store.away(store.now.cause);
}

export interface Waiting {
  /** By performance.now(). */
  readonly until: number;
  /** What is thrown at `until`; it is asked again after a while where there is nothing to throw. */
  readonly late: () => Error | undefined;
}

/** `told`, or `StoreAway` as soon as an outage of one of `stores` begins, and a moment after the call where one is known already. */
export function unlessAway<T>(told: Promise<T>, stores: readonly Standing[], { until, late }: Waiting): Promise<T> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const giveUp = (): void => {
      const problem = awayOf(stores) ?? late();
      if (problem) settle(() => reject(problem));
      else timer = setTimeout(giveUp, AGAIN);
    };
    const changed = (): void => {
      if (awayOf(stores)) giveUp();
    };
    let timer = setTimeout(giveUp, (awayOf(stores) ? Math.min(begun + LOOK, until) : until) - begun);
    const deaf = stores.map((store) => store.onChange(changed));
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      for (const end of deaf) end();
      act();
    };
    told.then(
      (answer) => settle(() => resolve(answer)),
      (problem: unknown) => settle(() => reject(problem instanceof Error ? problem : new Error(String(problem)))),
    );
  });
}
