/**
 * What every engine of the log must do, written once. An engine's spec opens a fresh log for each case and hands it to
 * `logContract`; nothing here knows which engine it is.
 */
import type { EventLog, Position } from '../../eventstore/store';
import { appending } from './log/appending';
import { counting } from './log/counting';
import { following } from './log/following';
import { reading } from './log/reading';
import { sharing } from './log/sharing';
import { witnessing } from './log/witnessing';

export interface Opened {
  readonly log: EventLog;
  /** Closes the log and opens it again, as a new process would; absent where nothing outlives the log. */
  readonly reopen?: () => Promise<EventLog>;
  /** Ends and removes whatever was opened. */
  readonly end: () => Promise<void>;
}

export interface Engine {
  /** A fresh, empty log. */
  readonly open: (options?: { firstPosition?: Position }) => Promise<Opened>;
  /** Several nodes of one fresh log, where an engine has such. */
  readonly nodes?: (
    count: number,
  ) => Promise<{ readonly logs: readonly EventLog[]; readonly end: () => Promise<void> }>;
  /** Whether a log can start above 2^53, so that large positions are seen in a test. */
  readonly startsAnywhere: boolean;
  /** Whether positions are 1, 2, 3 … and not only rising. */
  readonly withoutGaps: boolean;
}

export type OpenNodes = NonNullable<Engine['nodes']>;

/** The log of the running case. */
export type Current = () => Opened;

export function logContract(name: string, engine: Engine): void {
  describe(`the log, ${name}`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await engine.open();
    });
    afterEach(() => opened.end());
    const current: Current = () => opened;
    describe('appending', () => appending(current, engine));
    describe('once is once', () => counting(current));
    describe('reading', () => reading(current, engine));
    describe('following', () => following(current));
    describe('evidence', () => witnessing(current));
  });
  if (engine.nodes) describe(`several nodes of one log, ${name}`, () => sharing(engine.nodes as OpenNodes));
}
