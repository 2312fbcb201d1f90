/** Where an import stands, read from its stream, and the next word of it, written there. */
import { decisionAppend, type Decision } from '../domain/decision';
import { decode } from '../domain/envelope';
import { evolve, IMPORT_STARTED, importStream, type ImportState, newImport } from '../domain/importing';
import { Refusal } from '../domain/refusals';
import type { Kith } from '../app/kith';
import { brokenOff, untilKnown } from './resending';

export type Store = Pick<Kith, 'log' | 'keys' | 'seal' | 'now'>;

export interface Course {
  readonly state: ImportState;
  /** Position of its first event; its facts stand behind it. 0n for a new one. */
  readonly begins: bigint;
}

export async function courseOf({ log, seal }: Store, id: string): Promise<Course> {
  let state = newImport(id);
  let begins = 0n;
  for (let end = false; !end; ) {
    const page = await log.read(importStream(id), { from: BigInt(state.events) });
    for (const event of page.events) {
      if (state.events === 0) begins = event.position;
      state = evolve(state, decode(event.bytes, seal));
    }
    end = page.end;
  }
  return { state, begins };
}

/** Throws `import-unknown`. */
export async function knownCourse(store: Store, id: string): Promise<Course> {
  const course = await courseOf(store, id);
  if (course.state.state === 'new')
    throw new Refusal('import-unknown', `no import has the id ${JSON.stringify(id)}; kith import --list shows them`);
  return course;
}

/** Every import, in the order in which they were started. */
export async function importsOf(store: Store): Promise<readonly ImportState[]> {
  const ids: string[] = [];
  for (let after = 0n, end = false; !end; ) {
    const page = await store.log.readAll(after, { filter: { types: [IMPORT_STARTED] } });
    for (const { stream } of page.events) ids.push(stream.slice(importStream('').length));
    after = page.next;
    end = page.end;
  }
  const all: ImportState[] = [];
  for (const id of ids) all.push((await courseOf(store, id)).state);
  return all;
}

/** Durable when it resolves. Throws `wrong-version` where the same import goes on elsewhere at the same time. */
export async function write(
  { log, keys, now, seal }: Store,
  state: ImportState,
  decision: Decision,
): Promise<ImportState> {
  const expected = state.events === 0 ? 'none' : BigInt(state.events - 1);
  const append = decisionAppend(decision, keys, now(), expected);
  const first = await log.append(append.stream, expected, append.events);
  const [outcome] = await untilKnown(log, () => [append], [first]);
  if (outcome?.kind === 'failed') throw brokenOff(outcome);
  if (outcome?.kind !== 'appended')
    throw new Refusal(
      'wrong-version',
      `import ${state.id} goes on elsewhere at the same time; wait for it, then run the command again`,
    );
  return append.events.reduce((at, event) => evolve(at, decode(event.bytes, seal)), state);
}
