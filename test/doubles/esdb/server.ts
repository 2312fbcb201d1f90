/**
 * A double of EventStoreDB over real gRPC, on the service definitions that the client's package ships: enough of the
 * server for the contract of the log, and a way to misbehave on demand. A test instrument, never a product feature.
 */
import { type sendUnaryData, Server, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { type Empty, UUID } from '@eventstore/db-client/generated/shared_pb';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import { type Guard, stringTo } from '../tls/guard';
import { append, batchAppend } from './appending';
import { Counters } from './counters';
import { softDelete, tombstone } from './deleting';
import { Faults } from './faults';
import { credentialsFor, demanding } from './guarding';
import type { Node } from './node';
import type { ReadCall } from './read-call';
import { read } from './reading';
import { type Backup, Records, type RecordsOptions } from './records';
import { Settings } from './settings';
import { Wire } from '../wire';

export interface DoubleOptions extends RecordsOptions {
  /** Shares the records of another node of the same cluster. */
  readonly records?: Records;
  readonly port?: number;
  /** Speaks TLS, and lets in only who has the password. */
  readonly guard?: Guard;
}

const { LEADER, FOLLOWER } = MemberInfo.VNodeState;
/** Messages of 16 MiB pass, as on the server. */
const LIMITS = { 'grpc.max_receive_message_length': 17 * 1024 * 1024 };

export class EsdbDouble implements Node {
  readonly faults = new Faults();
  readonly counters = new Counters();
  readonly settings = new Settings();
  /** What gossip tells; this node alone unless a test says otherwise. */
  members: { port: number; leader: boolean }[] = [];

  private constructor(
    readonly records: Records,
    private readonly server: Server,
    /** Of the server itself. */
    readonly port: number,
    /** Where clients connect, so that a test may cut them off. */
    readonly wire: Wire,
    private readonly guard: Guard | undefined,
  ) {}

  static async start({ records, port = 0, guard, ...options }: DoubleOptions = {}): Promise<EsdbDouble> {
    const kept = records ?? new Records(options);
    const server = new Server({ ...LIMITS, interceptors: guard ? [demanding(guard)] : [] });
    const bound = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${port}`, credentialsFor(guard), (error, found) =>
        error ? reject(error) : resolve(found),
      ),
    );
    const double = new EsdbDouble(kept, server, bound, await Wire.open(bound), guard);
    double.members = [{ port: double.wire.port, leader: true }];
    double.serve();
    return double;
  }

  /** By way of the wire. */
  get connection(): string {
    const { port } = this.wire;
    return this.guard ? stringTo('esdb', `localhost:${port}`, this.guard) : `esdb://127.0.0.1:${port}?tls=false`;
  }

  /** Past the wire, which costs some time. */
  get direct(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** As from a backup of then: the server was stopped for it. */
  restore(backup: Backup): void {
    this.wire.cut();
    this.faults.endSubscriptions();
    this.records.restore(backup);
  }

  /** Another node leads. This one drops what no quorum has, and ends itself to do so: `wire.mend` starts it again. */
  depose(): void {
    this.wire.unplug();
    this.faults.endSubscriptions();
    this.records.truncate();
  }

  async stop(): Promise<void> {
    await this.wire.close();
    this.server.forceShutdown();
    this.records.close();
  }

  private serve(): void {
    const { faults } = this;
    const { read: reading, append: single, batchAppend: batch, delete: softly, tombstone: forGood } = StreamsService;
    // Answers to reads are encoded once, when they are written.
    const asItIs = { ...reading, responseSerialize: (message: Buffer) => message, responseDeserialize: Buffer.from };
    this.server.addService(
      { read: asItIs, append: single, batchAppend: batch, delete: softly, tombstone: forGood },
      {
        read: (call: ReadCall) => void read(this, call),
        append: append.bind(undefined, this),
        batchAppend: batchAppend.bind(undefined, this),
        delete: softDelete.bind(undefined, this),
        tombstone: tombstone.bind(undefined, this),
      },
    );
    this.server.addService(ServerFeaturesService, {
      getSupportedMethods: (_: ServerUnaryCall<Empty, SupportedMethods>, callback: sendUnaryData<SupportedMethods>) => {
        this.counters.clients += 1;
        if (faults.capabilities === 0) return callback(null, supported(this.settings));
        faults.capabilities -= 1;
        callback({ code: status.INTERNAL, details: 'starting up' });
      },
    });
    this.server.addService(GossipService, {
      read: (_: ServerUnaryCall<Empty, ClusterInfo>, callback: sendUnaryData<ClusterInfo>) =>
        callback(null, this.gossip()),
    });
  }

  private gossip(): ClusterInfo {
    const members = this.members.map(({ port, leader }) =>
      new MemberInfo()
        .setInstanceId(new UUID().setString('00000000-0000-4000-8000-000000000001') as never)
        .setTimeStamp('0')
        .setState(leader ? LEADER : FOLLOWER)
        .setIsAlive(true)
        .setHttpEndPoint(new EndPoint().setAddress('127.0.0.1').setPort(port)),
    );
    return new ClusterInfo().setMembersList(members);
  }
}

function supported({ version }: Settings): SupportedMethods {
  const methods = ['read', 'append', 'batchappend', 'delete', 'tombstone'].map((name) =>
    new SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name),
  );
  return new SupportedMethods().setEventStoreServerVersion(version).setMethodsList(methods);
}
