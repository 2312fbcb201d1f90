/**
 * Which parked records fold again? No event tells of it, and another node may have looked at them. But the views say who is
 * parked, and who no longer is has healed.
 */
import type { RecordId } from '../domain/kernel';
import type { ViewReader } from './ports';

const PAGE = 1_000;

export class Healing {
  private parked: ReadonlySet<RecordId> = new Set();

  constructor(private readonly views: Pick<ViewReader, 'parked'>) {}

  /**
   * Who was parked at the last look and is no more. Whoever asks before he reads documents misses nobody: a record that
   * heals behind this look is told by the next one.
   */
  async look(): Promise<readonly RecordId[]> {
    const parked = new Set<RecordId>();
    for (let after: RecordId | undefined, end = false; !end; ) {
      const some = await this.views.parked(PAGE, after);
      for (const { record } of some) parked.add(record);
      after = some.at(-1)?.record;
      end = some.length < PAGE;
    }
    const healed = [...this.parked].filter((record) => !parked.has(record));
    this.parked = parked;
    return healed;
  }
}
