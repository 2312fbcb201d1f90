/** Does the server still hold the log that the register was made from? Asked when the log is opened, and after each lost connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LogError, type Position } from '../store';
import { leafHash } from '../tree';
import type { Connection } from './connection';
import type { Reads } from './reads';
import type { Register } from './register';
import { logged, type Stored } from './stored';
import { NoSuchPlace } from './trying';

/** Milliseconds. */
const MOMENT = 400;
const ADVICE = 'remove the register and it is made again from the log';

export class History {
  constructor(
    private readonly connection: Connection,
    private readonly reads: Reads,
    private readonly register: Register,
  ) {}

  /** Grows with each call that got no answer: what was asked before and after may have been answered by two servers. */
  get failures(): number {
    return this.connection.failures;
  }

  /** Throws `LogError` `damaged` as `check` does, where a connection was lost since somebody looked. */
  async checkAfterTrouble(patience: number): Promise<void> {
    if (!this.connection.suspect) return;
    this.connection.suspect = false;
    try {
      await this.check(patience);
    } catch (problem) {
      this.connection.suspect = true;
      throw problem;
    }
  }

  /** Throws `LogError` `damaged` where the server does not hold the last event that the register saw. */
  async check(patience: number): Promise<void> {
    const { size, position, recordedAt } = await this.register.checkpoint();
    if (size === 0) return;
    const [last] = await this.register.leaves(size, 1);
    const [place] = await this.register.at([position]);
    if (last?.position !== position || !place)
      throw new LogError('damaged', `the register lacks the last of the ${size} events that it counts: ${ADVICE}`);
    const same = (stored: Stored | undefined): boolean =>
      stored?.position === position && leafHash(logged(stored, recordedAt).bytes).compare(last.leaf) === 0;
    const holds = async () =>
      same(await this.shown(place, patience)) || same(await this.inWholeLog(position, patience));
    if (await holds()) return;
    // A leader that was deposed answers from before for a moment.
    await sleep(MOMENT);
    if (await holds()) return;
    throw new LogError(
      'damaged',
      `the server does not hold the event at ${position} that the register saw: its log was put back to an older state, or changed. Put the newer log back; or, if that one is lost, stop every node, then ${ADVICE}`,
    );
  }

  private async shown({ stream, revision }: Pick<Stored, 'stream' | 'revision'>, patience: number) {
    try {
      return await this.reads.standing(stream, revision, patience);
    } catch (problem) {
      // A stream that was deleted for good still stands in the whole log.
      if (problem instanceof LogError && problem.code === 'damaged') return undefined;
      throw problem;
    }
  }

  /** A stream may hide what the log holds. */
  private async inWholeLog(position: Position, patience: number): Promise<Stored | undefined> {
    try {
      return (await this.reads.run(position, 1, patience))[0];
    } catch (problem) {
      if (problem instanceof NoSuchPlace) return undefined;
      throw problem;
    }
  }
}
