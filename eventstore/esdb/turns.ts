import type { Waiting } from './lane';

/** Who has an id, in the order in which they came: the first one is decided, and then the next. */
export class Turns {
  private readonly held = new Map<string, Waiting[]>();

  take(one: Waiting): void {
    for (const key of one.keys) {
      const turn = this.held.get(key);
      if (turn) turn.push(one);
      else this.held.set(key, [one]);
    }
  }

  /** Whether nobody came before with one of its ids. */
  isNext(one: Waiting): boolean {
    return one.keys.every((key) => this.held.get(key)?.[0] === one);
  }

  /** It is decided. Says who comes next for each of its ids. */
  leave(one: Waiting): readonly Waiting[] {
    return one.keys.flatMap((key) => {
      const turn = this.held.get(key);
      if (!turn) return [];
      turn.splice(turn.indexOf(one), 1);
      const [next] = turn;
      if (!next) this.held.delete(key);
      return next ?? [];
    });
  }
}
