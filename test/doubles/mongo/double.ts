/**
 * A double of a server of MongoDB's wire protocol: one document is atomic and nothing more, as everywhere. It misbehaves
 * on demand: every command, and every operation of a bulk, passes a gate that may hold it, cut the connection before or
 * after it, or answer that this is no primary any more. A test instrument, never a product feature.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { credentialsOf, type Guard } from '../tls/guard';
import { COMMANDS, Cursors } from './commands';
import { Data } from './data';
import { Refused } from './query';
import { Login } from './scram';
import { answer, type Doc, Frames, type Request } from './wire';

/** Where a command stands: before all of it, or before one operation of its bulk but the first. */
export interface Point {
  /** Who asks: the label of the door. */
  readonly door: string;
  readonly command: string;
  readonly body: Doc;
  readonly operation?: number;
}

/**
 * `cut`: the connection ends and nothing more of the command is done. `lose`: it is done and the connection ends without an
 * answer. `elect`: this is no primary, nothing is done. `fence`: the write is done, but not by a majority.
 */
export type Fault = 'cut' | 'lose' | 'elect' | 'unreplicated';

export type Gate = (point: Point) => Promise<Fault | undefined>;

class Cut extends Error {}

/** Of one connection. */
interface Session {
  readonly door: string;
  readonly data: Data;
  readonly hello: () => Doc;
  readonly login: Login | undefined;
}

/** Asked of every server all the time; no gate holds them. */
const GREETINGS: ReadonlySet<string> = new Set(['hello', 'ismaster', 'isMaster', 'endSessions']);

export class Double {
  gate: Gate = async () => undefined;
  /** Commands that came in, by door, greetings left out. */
  readonly asked = new Map<string, string[]>();
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly cursors = new Cursors();
  private members: { readonly primary: string; readonly hosts: readonly string[] } | undefined;

  /** With a guard it speaks TLS, and lets in only who has the password. */
  constructor(
    readonly data = new Data(),
    private readonly guard?: Guard,
  ) {}

  /** Opens a door, on a free port where none is said. Answers `host:port`. */
  async listen(door = 'any', { port = 0, data = this.data, secondary = false } = {}): Promise<string> {
    let host = '';
    const serve = (socket: Socket) => this.serve(socket, door, data, () => this.hello(host, secondary));
    const server = this.guard ? createTlsServer(credentialsOf(this.guard), serve) : createServer(serve);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.servers.push(server);
    const address = server.address();
    host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    return host;
  }

  /** From now on these are the members of one replica set. */
  replicate(primary: string, hosts: readonly string[]): void {
    this.members = { primary, hosts };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private serve(socket: Socket, door: string, data: Data, hello: () => Doc): void {
    const frames = new Frames();
    const login = this.guard && new Login(this.guard);
    this.sockets.add(socket.setNoDelay());
    socket.on('error', () => socket.destroy()).on('close', () => this.sockets.delete(socket));
    socket.on('data', (bytes) => {
      for (const request of frames.take(bytes)) void this.reply(socket, { door, data, hello, login }, request);
    });
  }

  private async reply(socket: Socket, session: Session, request: Request): Promise<void> {
    try {
      const body = await this.act(session, request.body);
      if (!socket.destroyed) socket.write(answer(request, body));
    } catch (problem) {
      if (problem instanceof Cut) return void socket.destroy();
      const { code, codeName } = problem instanceof Refused ? problem : { code: 8, codeName: 'UnknownError' };
      const errmsg = problem instanceof Error ? problem.message : String(problem);
      if (!socket.destroyed) socket.write(answer(request, { ok: 0, code, codeName, errmsg }));
    }
  }

  private async act({ door, data, hello, login }: Session, body: Doc): Promise<Doc> {
    const name = Object.keys(body)[0] ?? '';
    if (GREETINGS.has(name)) return { ...hello(), ...login?.offer(body) };
    const answered = login?.answer(name, body);
    if (answered) return answered;
    if (body['txnNumber'] !== undefined) throw new Refused(20, 'Transaction numbers are only allowed on a replica set');
    const command = COMMANDS[name];
    if (!command) throw new Refused(59, `no such command: ${name}`, 'CommandNotFound');
    const asked = this.asked.get(door);
    if (asked) asked.push(name);
    else this.asked.set(door, [name]);
    const fault = await this.gate({ door, command: name, body });
    if (fault === 'cut') throw new Cut();
    if (fault === 'elect') throw new Refused(10_107, 'not primary', 'NotWritablePrimary');
    const done = await command(data, body, this.cursors, async (operation) => {
      if (operation > 0 && (await this.gate({ door, command: name, body, operation })) === 'cut') throw new Cut();
    });
    if (fault === 'lose') throw new Cut();
    const writeConcernError = { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting for replication timed out' };
    return fault === 'unreplicated' ? { ...done, writeConcernError } : done;
  }

  private hello(me: string, secondary: boolean): Doc {
    const { primary, hosts } = this.members ?? {};
    return {
      ok: 1,
      helloOk: true,
      isWritablePrimary: !secondary,
      ismaster: !secondary,
      maxBsonObjectSize: 16_777_216,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      minWireVersion: 0,
      maxWireVersion: 21,
      ...(hosts && { setName: 'double', setVersion: 1, secondary, hosts, primary, me }),
    };
  }
}
