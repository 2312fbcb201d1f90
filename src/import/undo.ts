/**
 * Takes an import back, or puts it back: one act for each of its facts, in batches. Facts are never touched, and an act
 * that stands already is not written twice, so an undo that was killed goes on where it stopped.
 */
import type { LoggedEvent } from '../../eventstore/store';
import { decideRevision, revisionsOf } from '../app/revising';
import { decisionAppend, type Decision } from '../domain/decision';
import { decode, type FactEvent } from '../domain/envelope';
import { type ImportState, redone, undone } from '../domain/importing';
import { Refusal } from '../domain/refusals';
import type { Revision } from '../domain/revision';
import { type Course, knownCourse, type Store, write } from './course';
import { brokenOff, untilKnown } from './resending';
import { isList, isObject } from './shapes';

export interface UndoOptions {
  readonly actor?: string;
  readonly onProgress?: (done: { readonly position: bigint; readonly of: bigint; readonly facts: number }) => void;
}

export interface UndoReport {
  readonly import: string;
  readonly act: 'undone' | 'redone';
  /** Facts that the acts of this run are about. */
  readonly facts: number;
  /** Facts that stood so already: by an earlier run, or because somebody retracted them. */
  readonly already: number;
}

const PAGE = 5_000;
const ATTEMPTS = 3;

/** Retracts every fact of the import that stands. Throws `import-unknown`. */
export const undoImport = (store: Store, id: string, options: UndoOptions = {}): Promise<UndoReport> =>
  reviseAll(store, id, 'undone', options);

/** Reinstates every fact that the undo of this import retracted, and no other. Throws `import-unknown`. */
export const redoImport = (store: Store, id: string, options: UndoOptions = {}): Promise<UndoReport> =>
  reviseAll(store, id, 'redone', options);

async function reviseAll(store: Store, id: string, act: UndoReport['act'], options: UndoOptions): Promise<UndoReport> {
  const course = await knownCourse(store, id);
  const reason = `import ${id} ${act}`;
  let report: UndoReport = { import: id, act, facts: 0, already: 0 };
  const { position: end } = await store.log.head();
  for await (const page of factsOf(store, course, end)) {
    const done = await revisePage(store, page.facts, { id, act, reason, options });
    report = { ...report, facts: report.facts + done, already: report.already + page.facts.length - done };
    options.onProgress?.({ position: page.next < end ? page.next : end, of: end, facts: report.facts });
  }
  await writeEnd(store, course.state, report, reason);
  return report;
}

/** An undo that changed nothing where nothing was left to change is not told again. */
async function writeEnd(store: Store, state: ImportState, { act, facts }: UndoReport, reason: string): Promise<void> {
  const stands = act === 'undone' ? state.state === 'undone' : state.state !== 'undone';
  if (facts === 0 && stands) return;
  await write(store, state, act === 'undone' ? undone(state, facts, reason) : redone(state, facts, reason));
}

interface FactPage {
  readonly facts: readonly FactEvent[];
  readonly next: bigint;
}

async function* factsOf({ log, seal }: Store, { state, begins }: Course, end: bigint): AsyncGenerator<FactPage> {
  const types = typesOf(state);
  const mark = Buffer.from(`"import":"${state.id}"`);
  const ofImport = ({ bytes }: LoggedEvent): boolean =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(mark);
  for (let after = begins, last = false; !last && after < end; ) {
    const page = await log.readAll(after, { filter: { types }, limit: PAGE });
    const events = page.events.filter(ofImport).map((event) => decode(event.bytes, seal));
    yield { facts: events.filter((event) => event.import === state.id), next: page.next };
    after = page.next;
    last = page.end;
  }
}

/** The types of facts that the import's mapping makes. */
function typesOf({ mapping }: ImportState): readonly string[] {
  const rules = isList(mapping?.['rules']) ? mapping['rules'] : [];
  const every = isObject(mapping?.['every']) ? mapping['every']['type'] : undefined;
  const facts = rules.flatMap((rule) => (isObject(rule) && isList(rule['facts']) ? rule['facts'] : []));
  const types = facts.map((fact) => (isObject(fact) ? (fact['type'] ?? every) : every));
  return [...new Set(types.filter((type) => typeof type === 'string'))];
}

interface Doing {
  readonly id: string;
  readonly act: UndoReport['act'];
  readonly reason: string;
  readonly options: UndoOptions;
}

/** Answers how many acts were written. Who revises the same fact meanwhile takes a turn; then it is decided anew. */
async function revisePage(store: Store, facts: readonly FactEvent[], doing: Doing): Promise<number> {
  let open = facts;
  let written = 0;
  for (let attempt = 0; open.length > 0; attempt++) {
    if (attempt === ATTEMPTS)
      throw new Refusal('wrong-version', 'others revise the same facts; run the same command again');
    const acts: { fact: FactEvent; decision: Decision }[] = [];
    for (const fact of open) {
      const decision = decide(fact, (await revisionsOf(store.log, fact.id, store.seal)).at(-1), doing, store.now());
      if (decision) acts.push({ fact, decision });
    }
    const appends = acts.map(({ decision }) => decisionAppend(decision, store.keys, store.now()));
    const outcomes = await untilKnown(store.log, () => appends, await store.log.appendBatch(appends));
    const failed = outcomes.find((outcome) => outcome.kind === 'failed');
    if (failed) throw brokenOff(failed);
    written += outcomes.filter(({ kind }) => kind === 'appended').length;
    open = acts.filter((_, i) => outcomes[i]?.kind === 'conflict').map(({ fact }) => fact);
  }
  return written;
}

/** A redo takes back what this import's undo did, not what a steward has retracted for a reason of his own. */
function decide(
  fact: FactEvent,
  last: Revision | undefined,
  { id, act, reason, options }: Doing,
  now: number,
): Decision | undefined {
  if (act === 'redone' && last?.by.import !== id) return undefined;
  const kind = act === 'undone' ? 'retracted' : 'reinstated';
  const decided = decideRevision(
    { kind, reason, ...(options.actor !== undefined && { actor: options.actor }) },
    fact,
    last,
    now,
  );
  return decided && { ...decided, importId: id };
}
