/**
 * Single events that arrive in the same turn of the event loop go to the log together. Nobody waits for company: what
 * has arrived is sent at the end of the turn, and each caller gets the answer to its own item.
 */
import type { Intake, ItemResult } from '../app/intake';

interface Waiting {
  readonly item: unknown;
  readonly resolve: (result: ItemResult) => void;
  readonly reject: (problem: unknown) => void;
}

export class Gathering {
  private waiting: Waiting[] = [];

  constructor(private readonly intake: Pick<Intake, 'accept'>) {}

  /** Rejects only when the log cannot be reached at all, or when this very item brings intake down. */
  accept(item: unknown): Promise<ItemResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => void this.send());
    });
  }

  private async send(): Promise<void> {
    const group = this.waiting;
    this.waiting = [];
    try {
      const results = await this.intake.accept(group.map(({ item }) => item));
      for (const [i, { resolve, reject }] of group.entries()) {
        const result = results[i];
        if (result) resolve(result);
        else reject(new Error('intake gave no answer to an item'));
      }
    } catch (problem) {
      const [only, ...others] = group;
      if (others.length === 0) only?.reject(problem);
      else await Promise.all(group.map((one) => this.alone(one)));
    }
  }

  /** One that fails must not fail its neighbours; what was stored already is a duplicate now. */
  private async alone({ item, resolve, reject }: Waiting): Promise<void> {
    try {
      const [result] = await this.intake.accept([item]);
      if (result) resolve(result);
    } catch (problem) {
      reject(problem);
    }
  }
}
