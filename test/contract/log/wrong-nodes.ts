/**
 * Engines of several nodes that each break one rule, on a server in memory that does what EventStoreDB does with an append:
 * it looks at the revision alone. What a case of nodes.ts is worth shows in the one that it rejects.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sameBytes } from '../../../eventstore/deciding';
import type {
  Append,
  Doubled,
  Doubles,
  ExpectedRevision,
  Known,
  LoggedEvent,
  NewEvent,
  Outcome,
  Page,
  Position,
} from '../../../eventstore/store';
import type { NodeLog, WrongRule } from './nodes';

interface Standing extends LoggedEvent, Known {
  readonly source: string;
  readonly clientId: string;
}

const isSame = (a: { source: string; clientId: string }, b: { source: string; clientId: string }): boolean =>
  a.source === b.source && a.clientId === b.clientId;

/** Answers after a moment, so that nodes come between one another. */
class Server {
  readonly all: Standing[] = [];

  async end(stream: string): Promise<number> {
    await sleep(0);
    return this.streamOf(stream).length;
  }

  streamOf(stream: string): readonly Standing[] {
    return this.all.filter((one) => one.stream === stream);
  }

  /** The position, or undefined where the stream does not end at `end`. */
  async write(stream: string, end: number, event: NewEvent): Promise<Position | undefined> {
    await sleep(1);
    if (this.streamOf(stream).length !== end) return undefined;
    const position = BigInt(this.all.length + 1);
    this.all.push({ ...event, stream, position, revision: BigInt(end) });
    return position;
  }
}

/** One node, right but for the rule it breaks; undefined breaks none. */
class Node implements NodeLog {
  private readonly ends = new Map<string, number>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly breaks: WrongRule | undefined,
  ) {}

  append(stream: string, _expected: ExpectedRevision, [event]: readonly NewEvent[]): Promise<Outcome> {
    if (!event) throw new Error('an append of nothing');
    if (this.breaks === 'sends on a revision that is not known to be its own') return this.pipelined(stream, event);
    const done = this.turn.then(() => this.inTurn(stream, event));
    this.turn = done;
    return done;
  }

  appendBatch(appends: readonly Append[]): Promise<readonly Outcome[]> {
    return Promise.all(appends.map(({ stream, expected, events }) => this.append(stream, expected, events)));
  }

  async readAll(after: Position): Promise<Page> {
    const behind = this.server.all.filter(({ position }) => position > after);
    const hides = this.breaks !== 'knows only the ids of the stream';
    const events = hides ? behind.filter((one) => this.first(one) === one) : behind;
    return { events, next: behind.at(-1)?.position ?? after, end: true };
  }

  async find(source: string, clientId: string): Promise<Known | undefined> {
    return this.server.all.find((one) => isSame(one, { source, clientId }));
  }

  async doubles(): Promise<Doubles> {
    const some = this.server.all.flatMap((one): Doubled[] => {
      const first = this.first(one);
      return !first || first === one ? [] : [{ ...one, first: first.position }];
    });
    return { count: some.length, some };
  }

  private first(one: Standing): Standing | undefined {
    return this.server.all.find((other) => isSame(one, other));
  }

  private known(stream: string, event: NewEvent): Outcome | undefined {
    const elsewhere =
      this.breaks === 'knows only the ids of the stream' ? this.server.streamOf(stream) : this.server.all;
    const stands = elsewhere.find((one) => isSame(one, event));
    if (!stands) return undefined;
    const { position, revision, recordedAt, fingerprint } = stands;
    return sameBytes(fingerprint, event.fingerprint)
      ? { kind: 'duplicate', position, revision, recordedAt }
      : { kind: 'conflict', index: 0, known: fingerprint, sent: event.fingerprint };
  }

  private async inTurn(stream: string, event: NewEvent): Promise<Outcome> {
    for (let looks = 0; ; looks++) {
      const end = await this.server.end(stream);
      const again = looks > 0 && this.breaks === 'looks ids up once, before it is refused';
      const known = again ? undefined : this.known(stream, event);
      if (known) return known;
      const position = await this.server.write(stream, end, event);
      if (position !== undefined) return written(position, end, event);
      const stands = this.server.streamOf(stream)[end];
      if (this.breaks === 'takes what stands there for what it sent' && stands && isSame(stands, event))
        return written(stands.position, end, event);
    }
  }

  /** Looked up once, then sent on the revision that the one before will have. */
  private async pipelined(stream: string, event: NewEvent): Promise<Outcome> {
    const end = this.ends.get(stream) ?? this.server.streamOf(stream).length;
    const known = this.known(stream, event);
    if (known) return known;
    this.ends.set(stream, end + 1);
    const position = await this.server.write(stream, end, event);
    if (position !== undefined) return written(position, end, event);
    this.ends.delete(stream);
    await sleep(2);
    return this.pipelined(stream, event);
  }
}

const written = (position: Position, end: number, { recordedAt }: NewEvent): Outcome => ({
  kind: 'appended',
  position,
  revision: BigInt(end),
  recordedAt,
});

/** Nodes of one log, all of which break the same rule. */
export function wrongNodes(count: number, breaks: WrongRule | undefined): readonly NodeLog[] {
  const server = new Server();
  return Array.from({ length: count }, () => new Node(server, breaks));
}
