/** Nodes of Kith on doubles of both servers: one that answers, two that project, all of them to be killed and replaced. */
import { join } from 'node:path';
import type { Kith } from '../../src/app/kith';
import { openKith } from '../../src/compose';
import { keysIn } from '../../src/compose/keys';
import { EsdbDouble } from '../doubles/esdb/server';
import { Double } from '../doubles/mongo/double';
import { folder } from '../folder';
import { endNode, type Node, startNode } from './nodes';

/** Stands in the connection string, and nowhere else. */
export const SECRET = 'swordfish';

export class Cluster {
  private readonly own = folder();
  readonly nodes: Node[] = [];
  private begun = 0;
  readonly printed: string[] = [];
  private env: Readonly<Record<string, string>> = {};
  private readonly api: Node[] = [];

  private constructor(
    readonly esdb: EsdbDouble,
    readonly mongo: Double,
  ) {}

  static async start(): Promise<Cluster> {
    const cluster = new Cluster(await EsdbDouble.start(), new Double());
    const keys = join(cluster.own.path, 'keys.db');
    keysIn(keys, 'default');
    cluster.env = {
      KITH_LOG: cluster.esdb.connection,
      KITH_VIEWS: `mongodb://${await cluster.mongo.listen()}/?directConnection=true&appName=${SECRET}`,
      KITH_KEYS: keys,
    };
    try {
      cluster.api.push(await cluster.node('api'));
      cluster.nodes.push(...(await Promise.all([cluster.node('projector'), cluster.node('projector')])));
      return cluster;
    } catch (problem) {
      await cluster.stop();
      throw problem;
    }
  }

  /** Absent while the node that answered is being replaced. */
  get door(): Node | undefined {
    return this.api[0];
  }

  /** A killed node is replaced by another, as whoever runs them would. */
  async replace(among: 'api' | 'projector', victim: number): Promise<void> {
    const nodes = among === 'api' ? this.api : this.nodes;
    const [gone] = nodes.splice(victim, 1);
    if (gone) await this.end(gone, 'SIGKILL');
    nodes.push(await this.node(among));
  }

  async open(): Promise<Kith> {
    const { KITH_LOG: log = '', KITH_VIEWS: views = '', KITH_KEYS: keys = '' } = this.env;
    return openKith({ data: join(this.own.path, 'judge'), log, views, keys, role: 'api', matching: false });
  }

  async stop(): Promise<void> {
    for (const node of [...this.nodes, ...this.api]) await this.end(node, 'SIGTERM');
    await this.mongo.close();
    await this.esdb.stop();
    this.own.remove();
  }

  private async end(node: Node, signal: NodeJS.Signals): Promise<void> {
    await endNode(node, signal);
    this.printed.push(...node.output);
  }

  private node(role: 'api' | 'projector'): Promise<Node> {
    this.begun += 1;
    return startNode(role, { ...this.env, KITH_DATA: join(this.own.path, `n${this.begun}`) });
  }
}
