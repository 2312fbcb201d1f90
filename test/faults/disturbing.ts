/** What may befall a cluster: each fault by its name, with how it is made and undone. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../doubles/mongo/double';
import type { Cluster } from './cluster';

/** From 0 to below 1. */
export type Chance = () => number;

/** One fault, chosen by chance; it resolves, to the fault's name, when what it did is over. */
export async function disturb(cluster: Cluster, chance: Chance): Promise<string> {
  const { esdb, mongo, nodes } = cluster;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] ?? (list[0] as T);
  const disturbMongo = async (fault: Fault): Promise<void> => {
    let left = 1 + Math.floor(chance() * 6);
    mongo.gate = async () => (left > 0 && chance() < 0.3 ? (left--, fault) : undefined);
    await wait(1_000);
    mongo.gate = async () => undefined;
  };
  const acts: Readonly<Record<string, () => Promise<void>>> = {
    'kill a projector': () => cluster.replace('projector', Math.floor(chance() * nodes.length)),
    'kill the node that answers': () => cluster.replace('api', 0),
    'pause a projector past its lease': async () => {
      const { child } = pick(nodes);
      child.kill('SIGSTOP');
      await wait(7_000);
      child.kill('SIGCONT');
    },
    'cut the wire of the log': async () => esdb.wire.cut(),
    'unplug the log': async () => {
      esdb.wire.unplug();
      await wait(500 + chance() * 1_500);
      esdb.wire.mend();
    },
    'lose answers to appends': async () => void esdb.faults.appends.push('lose-answer', 'lose-answer'),
    'fail appends': async () => void esdb.faults.appends.push('fail', 'time-out', 'fail'),
    'end subscriptions': async () => esdb.faults.endSubscriptions(),
    'cut commands to the views': () => disturbMongo('cut'),
    'lose answers of the views': () => disturbMongo('lose'),
    'elect another primary': () => disturbMongo('elect'),
    'writes that no majority has': () => disturbMongo('unreplicated'),
  };
  const name = pick(Object.keys(acts));
  await acts[name]?.();
  return name;
}
