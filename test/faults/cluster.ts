/**
 * Nodes of Kith on doubles of both servers: two that do everything and one that only answers, all of them to be killed and
 * replaced. Each has a wire of its own to the log.
 */
import { join } from 'node:path';
import type { Kith } from '../../src/app/kith';
import { openKith } from '../../src/compose';
import { keysIn } from '../../src/compose/keys';
import type { Role } from '../../src/config';
import { EsdbDouble } from '../doubles/esdb/server';
import { Double } from '../doubles/mongo/double';
import { Wire } from '../doubles/wire';
import { folder } from '../folder';
import { endNode, type Node, startNode } from './nodes';

/** Stands in the connection string, and nowhere else. */
export const SECRET = 'swordfish';

const ROLES: readonly Role[] = ['all', 'all', 'api'];
/** A node that begins during an outage may end with it, and is begun again. */
const STARTS = 5;

/** Where one node after another does the same work. */
export interface Seat {
  readonly role: Role;
  /** To the log. */
  readonly wire: Wire;
  /** Absent while the node is being replaced. */
  node?: Node;
}

export class Cluster {
  private readonly own = folder();
  readonly seats: Seat[] = [];
  readonly printed: string[] = [];
  private begun = 0;
  private env: Readonly<Record<string, string>> = {};

  private constructor(
    readonly esdb: EsdbDouble,
    readonly mongo: Double,
  ) {}

  static async start(): Promise<Cluster> {
    const cluster = new Cluster(await EsdbDouble.start(), new Double());
    const keys = join(cluster.own.path, 'keys.db');
    keysIn(keys, 'default');
    cluster.env = {
      KITH_VIEWS: `mongodb://${await cluster.mongo.listen()}/?directConnection=true&appName=${SECRET}`,
      KITH_KEYS: keys,
    };
    for (const role of ROLES) cluster.seats.push({ role, wire: await Wire.open(cluster.esdb.port) });
    try {
      await Promise.all(cluster.seats.map((seat) => cluster.begin(seat)));
      return cluster;
    } catch (problem) {
      await cluster.stop();
      throw problem;
    }
  }

  /** The nodes that are there. */
  get nodes(): readonly Node[] {
    return this.seats.flatMap(({ node }) => (node ? [node] : []));
  }

  /** The nodes that facts are told to; those that are being replaced are left out. */
  get writers(): readonly Node[] {
    return this.seats.flatMap(({ role, node }) => (role === 'all' && node ? [node] : []));
  }

  get wires(): readonly Wire[] {
    return this.seats.map(({ wire }) => wire);
  }

  /** A killed node is replaced by another, as whoever runs them would. */
  async replace(seat: Seat): Promise<void> {
    const { node } = seat;
    if (!node) return;
    delete seat.node;
    await this.end(node, 'SIGKILL');
    await this.begin(seat);
  }

  /** As the server does when it ends and begins again: every connection is gone meanwhile. */
  async serverAway(away: () => Promise<void>): Promise<void> {
    for (const wire of this.wires) wire.unplug();
    this.esdb.faults.endSubscriptions();
    await away();
    for (const wire of this.wires) wire.mend();
  }

  /** Past the wires. */
  async open(): Promise<Kith> {
    const { KITH_VIEWS: views = '', KITH_KEYS: keys = '' } = this.env;
    const { direct: log } = this.esdb;
    return openKith({ data: join(this.own.path, 'judge'), log, views, keys, role: 'api', matching: false });
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) await this.end(node, 'SIGTERM');
    for (const wire of this.wires) await wire.close();
    await this.mongo.close();
    await this.esdb.stop();
    this.own.remove();
  }

  private async begin(seat: Seat): Promise<void> {
    const { role, wire } = seat;
    for (let starts = 1; !seat.node; starts++) {
      const KITH_DATA = join(this.own.path, `n${++this.begun}`);
      const KITH_LOG = `esdb://127.0.0.1:${wire.port}?tls=false`;
      try {
        seat.node = await startNode(role, { ...this.env, KITH_DATA, KITH_LOG });
      } catch (problem) {
        if (starts === STARTS) throw problem;
      }
    }
  }

  private async end(node: Node, signal: NodeJS.Signals): Promise<void> {
    await endNode(node, signal);
    this.printed.push(...node.output);
  }
}
