/** A store that fails when a test wants it to. */

/** Throws at the call that is due, once; counts all. `late` does what was asked and loses the answer. */
export class Faults {
  calls = 0;

  /** `due` counts from 1; 0 is never. */
  constructor(
    private due: number,
    readonly late = false,
  ) {}

  get struck(): boolean {
    return this.calls >= this.due;
  }

  /** The call after `due` − 1 more ones fails. */
  arm(due: number): void {
    this.calls = 0;
    this.due = due;
  }

  /** The store as it is, but for the call that is due. */
  in<Store extends object>(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name);
        if (typeof found !== 'function') return found;
        return async (...args: unknown[]): Promise<unknown> => {
          this.calls += 1;
          const due = this.calls === this.due;
          if (due && !this.late) throw new Error('the store is away');
          const answer: unknown = await found.apply(target, args);
          if (due) throw new Error('the store is away');
          return answer;
        };
      },
    });
  }
}
