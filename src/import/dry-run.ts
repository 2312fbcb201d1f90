/**
 * An import without its writing: every row is read, mapped and admitted as it would be, and compared with what the log
 * has. It says what would come in, what would not and why, and what looks like the same thing twice.
 */
import { hash } from 'node:crypto';
import { unpackAppends } from '../../eventstore/frames';
import type { Append, NewEvent } from '../../eventstore/store';
import { revisionsOf } from '../app/revising';
import { decode, eventIdOf, type FactEvent } from '../domain/envelope';
import { definitionOf } from '../domain/facts/catalogue';
import { type FileSeen, nothingRead, type Tally } from '../domain/importing';
import type { JsonObject } from '../domain/kernel';
import { writeSubject } from '../domain/subject';
import type { Store } from './course';
import { identify } from './identity';
import type { ImportOptions, Sample } from './run';
import { MAX_BYTES, MOST_SAMPLES, samplesOf } from './run';
import { Counting, type Fate } from './tally';
import { onOwnThread, onThisThread } from './thread';
import type { Batch } from './work';

/** Two records of the file that a profile fact says the same of. */
export interface Alike {
  readonly line: number;
  readonly type: string;
  readonly subject: string;
  /** Record that the same was said of further up. */
  readonly as: string;
}

export interface DryRunReport {
  readonly import: string;
  readonly file: FileSeen;
  /** `accepted` is what would be. */
  readonly tally: Tally;
  readonly samples: readonly Sample[];
  readonly problem?: { readonly line: number; readonly detail: string };
  /** Rows that are, cell for cell, a copy of an earlier one. */
  readonly copies: number;
  readonly alike: { readonly count: number; readonly first: readonly Alike[] };
  /** The first fact of each kind under each rule, as it would be stored. */
  readonly facts: readonly {
    readonly rule: string;
    readonly type: string;
    readonly subject: string;
    readonly occurredAt: string;
    readonly data: JsonObject;
  }[];
}

/** Writes nothing, neither to the log nor to an error file. Holds the ids of all facts of the file in memory. */
export async function dryRun(store: Store, options: ImportOptions): Promise<DryRunReport> {
  const { id, file, compiled } = await identify(options.file, options.mapping);
  const { keys, now } = store;
  const { mapping, maxBytes = MAX_BYTES } = options;
  const order = { file: options.file, mapping, keys, importId: id, now: now(), maxBytes, skip: 0, findCopies: true };
  const workshop = await (options.inThread ? onThisThread(order) : onOwnThread(order));
  const counting = new Counting(compiled, nothingRead);
  const samples: Sample[] = [];
  const trial = new Trial(store);
  const facts: DryRunReport['facts'][number][] = [];
  const shown = new Set<number>();
  let copies = 0;
  let problem: Batch['broken'];
  try {
    for (let batch = await workshop.next(); batch; batch = problem ? undefined : await workshop.next()) {
      const conflicts: { row: number; reason: string }[] = [];
      let i = 0;
      for (const append of unpackAppends(batch.frame)) {
        const [event] = append.events;
        const [fact = 0, row = 0] = [batch.facts[i], batch.origins[i]];
        i += 1;
        if (!event) continue;
        const fate = await trial.fateOf(event);
        counting.fact(fact, fate);
        if (fate === 'conflict') conflicts.push({ row, reason: `the id ${event.clientId} stands for other content` });
        trial.compare(append, batch.lines[row] ?? 0);
        if (!shown.has(fact)) facts.push(example(trial.read(event), compiled.rules[compiled.facts[fact]?.rule ?? 0]));
        shown.add(fact);
      }
      counting.read(batch);
      samples.push(...samplesOf(batch, conflicts).slice(0, Math.max(0, MOST_SAMPLES - samples.length)));
      copies += batch.copies;
      problem = batch.broken;
      await workshop.settle({ now: now(), conflicts: [] });
      options.onProgress?.({
        rows: counting.tally.rows,
        resumedAt: 0,
        accepted: counting.total('accepted'),
        bytesRead: batch.bytesRead,
        bytes: file.bytes,
      });
    }
  } finally {
    await workshop.close();
  }
  const alike = { count: trial.alike, first: trial.first };
  return { import: id, file, tally: counting.tally, samples, copies, alike, facts, ...(problem && { problem }) };
}

function example({ type, subject, occurredAt, data }: FactEvent, rule = ''): DryRunReport['facts'][number] {
  return { rule, type, subject: subject ? writeSubject(subject) : '', occurredAt, data };
}

/** What the log and the file itself know of an id, and of what a profile fact says. */
class Trial {
  alike = 0;
  readonly first: Alike[] = [];
  private readonly ids = new Map<string, string>();
  private readonly said = new Map<string, string>();

  constructor(private readonly store: Store) {}

  read(event: NewEvent): FactEvent {
    return decode(event.bytes, this.store.seal);
  }

  async fateOf({ source, clientId, fingerprint }: NewEvent): Promise<Fate> {
    const { keys, log, seal } = this.store;
    const id = eventIdOf(keys, source, clientId);
    const content = Buffer.from(fingerprint).toString('latin1');
    const before = this.ids.get(id);
    if (before !== undefined) return before === content ? 'duplicate' : 'conflict';
    this.ids.set(id, content);
    const known = await log.find(source, clientId);
    if (!known) return 'accepted';
    if (Buffer.compare(known.fingerprint, fingerprint) !== 0) return 'conflict';
    return (await revisionsOf(log, id, seal)).at(-1)?.kind === 'retracted' ? 'retracted' : 'duplicate';
  }

  /** Only statements about a party: two people may buy the same thing, but seldom share a name and an address. */
  compare({ events: [event] }: Append, line: number): void {
    if (!event || definitionOf(event.type)?.kind !== 'profile') return;
    const { type, subject, data } = this.read(event);
    const record = subject ? writeSubject(subject) : '';
    const key = hash('sha1', type + JSON.stringify(data), 'base64');
    const before = this.said.get(key);
    if (before === undefined) this.said.set(key, record);
    if (before === undefined || before === record) return;
    this.alike += 1;
    if (this.first.length < MOST_SAMPLES) this.first.push({ line, type, subject: record, as: before });
  }
}
