/**
 * The client of EventStoreDB with two calls of our own on its connection: appends with a table of their own of what is in
 * flight, and reads as the service defines them, filter included. The client's table is shared by all clients of a process:
 * a connection that dies rejects everything in it, and an answer that comes for one of those throws where nobody can catch
 * it, which ends the process. Here each call has its own, and an answer that nobody waits for is dropped.
 */
import { randomUUID } from 'node:crypto';
import { type BinaryEventData, convertToCommandError, EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { Revision } from '../store';
import { type Answer, messagesOf, type Response, responseIn } from './append-messages';
import { readMessage, type ServerMessage } from './record';
import { Expired } from './within';

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (problem: Error) => void;
}

type AppendCall = ClientDuplexStream<Buffer, Response>;

const READ = '/event_store.client.streams.Streams/Read';
const APPEND = '/event_store.client.streams.Streams/BatchAppend';

const asIs = (bytes: Buffer): Buffer => bytes;

export interface Reading {
  readonly request: ReadReq;
  /** Milliseconds without a message after which the read is broken off. */
  readonly deadline: number;
  /**
   * False when there is enough. What is under way then is let run out: servers take a client that resets many streams for an
   * attack, and hang up.
   */
  readonly take: (message: ServerMessage) => boolean;
  /** Resets the stream where there is enough: for a subscription, which never ends. */
  readonly endless?: boolean;
  /** Breaks the read off: it ends as `enough`. */
  readonly signal?: AbortSignal;
}

export class ServerClient extends EventStoreDBClient {
  private calls!: WeakMap<StreamsClient, AppendCall | Promise<AppendCall>>;
  private waiting!: WeakMap<AppendCall, Map<string, Waiting>>;
  /** When the server last said anything, by the monotonic clock. */
  heardAt!: number;

  /** `connectionString` of the client makes a plain one, whatever class it is called on. */
  static open(text: string): ServerClient {
    const client: unknown = Object.setPrototypeOf(EventStoreDBClient.connectionString(text), ServerClient.prototype);
    return Object.assign(client as ServerClient, { calls: new WeakMap(), waiting: new WeakMap(), heardAt: -Infinity });
  }

  /** Rejects when the connection fails or the server cannot say: then the outcome is unknown. */
  async batchAppend(stream: string, after: Revision | 'none', events: readonly BinaryEventData[]): Promise<Answer> {
    const call = await this.GRPCStreamCreator(StreamsClient, 'append', (client) => this.begin(client), this.calls)();
    const correlation = randomUUID();
    return new Promise((resolve, reject) => {
      this.waiting.get(call)?.set(correlation, { resolve, reject });
      for (const message of messagesOf({ correlation, stream, after, events })) call.write(message);
    });
  }

  /** `over`: the server has sent all there was. Rejects with `Expired`, or with what the server said instead. */
  async read({ request, deadline, take, signal, endless = false }: Reading): Promise<'enough' | 'over'> {
    const call = await this.GRPCStreamCreator(StreamsClient, 'read', (streams) =>
      streams.makeServerStreamRequest(
        READ,
        (asked: ReadReq) => Buffer.from(asked.serializeBinary()),
        readMessage,
        request,
        ...this.callArguments({ requiresLeader: true }, { deadline: Infinity }),
      ),
    )();
    return new Promise((resolve, reject) => {
      let settled = false;
      const settle = (act: () => void, resets: boolean): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
        if (resets) call.cancel();
        act();
      };
      const fail = (problem: unknown): void =>
        settle(() => reject(problem instanceof Error ? problem : new Error(String(problem))), true);
      const stop = (): void => settle(() => resolve('enough'), endless);
      const timer = setTimeout(() => fail(new Expired('a read', deadline)), deadline);
      call.on('error', (problem) => fail(convertToCommandError(problem)));
      call.on('end', () => settle(() => resolve('over'), false));
      call.on('data', (message: ServerMessage) => {
        if (settled) return;
        timer.refresh();
        this.heardAt = performance.now();
        try {
          if (!take(message)) stop();
        } catch (problem) {
          fail(problem);
        }
      });
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop);
    });
  }

  /** Ends what is under way, and the connection. */
  async end(): Promise<void> {
    await this.dispose();
    (await this.getChannel()).close();
  }

  private begin(client: StreamsClient): AppendCall {
    const waiting = new Map<string, Waiting>();
    const call = client.makeBidiStreamRequest(
      APPEND,
      asIs,
      responseIn,
      ...this.callArguments({ requiresLeader: true }, { deadline: Infinity }),
    );
    const fail = (problem: Error) => {
      for (const { reject } of waiting.values()) reject(problem);
      waiting.clear();
    };
    call.on('data', ({ correlation, answer }: Response) => {
      this.heardAt = performance.now();
      const one = waiting.get(correlation);
      waiting.delete(correlation);
      if (answer instanceof Error) one?.reject(answer);
      else one?.resolve(answer);
    });
    call.on('error', (problem) => fail(convertToCommandError(problem)));
    call.on('end', () => fail(new Error('the server ended the call')));
    this.waiting.set(call, waiting);
    return call;
  }
}
