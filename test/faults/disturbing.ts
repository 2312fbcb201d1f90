/** What may befall a cluster: each fault by its name, with how it is made and undone. */
import { setTimeout as wait } from 'node:timers/promises';
import type { AppendFault } from '../doubles/esdb/faults';
import type { Fault } from '../doubles/mongo/double';
import type { Cluster } from './cluster';

/** From 0 to below 1. */
export type Chance = () => number;

/** Resolves when what it did is over. */
type Act = () => Promise<void>;
type Acts = Readonly<Record<string, Act>>;

export interface Disturbance {
  readonly name: string;
  readonly act: Act;
}

/** Faults by chance, without end: each one of them once, then each one again in another order. */
export function* disturbances(cluster: Cluster, chance: Chance): Generator<Disturbance, never> {
  const acts = Object.entries({
    ...ofNodes(cluster, chance),
    ...ofWires(cluster, chance),
    ...ofAppends(cluster, chance),
    ...ofReads(cluster, chance),
    ...ofLeaders(cluster, chance),
    ...ofViews(cluster, chance),
  });
  for (;;) {
    const deck = [...acts];
    while (deck.length > 0) {
      const [drawn] = deck.splice(Math.floor(chance() * deck.length), 1);
      if (drawn) yield { name: drawn[0], act: drawn[1] };
    }
  }
}

const pick = <T>(list: readonly T[], chance: Chance): T => list[Math.floor(chance() * list.length)] as T;

/** Mostly shorter than anybody's patience, now and then longer than a lease. */
const whileLong = (chance: Chance): Promise<void> => wait(chance() < 0.9 ? 300 + chance() * 2_000 : 8_000);

function ofNodes(cluster: Cluster, chance: Chance): Acts {
  const { seats } = cluster;
  const ofRole = (wanted: string) => seats.filter(({ role }) => role === wanted);
  return {
    'kill a node': () => cluster.replace(pick(ofRole('all'), chance)),
    'kill the node that only answers': () => cluster.replace(pick(ofRole('api'), chance)),
    'pause a node past its lease': async () => {
      const child = pick(ofRole('all'), chance).node?.child;
      child?.kill('SIGSTOP');
      await wait(7_000);
      child?.kill('SIGCONT');
    },
  };
}

function ofWires({ wires }: Cluster, chance: Chance): Acts {
  const onOne = (begin: (wire: Cluster['wires'][number]) => void) => async () => {
    const wire = pick(wires, chance);
    begin(wire);
    await whileLong(chance);
    [wire.delay, wire.speed] = [0, Infinity];
    wire.mend();
  };
  return {
    'cut the wire of a node': onOne((wire) => wire.cut()),
    'cut all wires': async () => wires.forEach((wire) => wire.cut()),
    'unplug a node': onOne((wire) => wire.unplug()),
    'swallow the answers to a node': onOne((wire) => wire.swallow()),
    'stall a wire': onOne((wire) => wire.stall()),
    'slow a wire': onOne((wire) => (wire.speed = 50_000)),
    '600 ms on a wire': onOne((wire) => (wire.delay = 600)),
  };
}

function ofAppends({ esdb, wires }: Cluster, chance: Chance): Acts {
  const { faults } = esdb;
  const some = (fault: AppendFault) => async () => {
    for (let left = 1 + Math.floor(chance() * 3); left > 0; left--) faults.appends.push(fault);
  };
  const late = (fault: AppendFault) => async () => {
    await some(fault)();
    await whileLong(chance);
    faults.release();
  };
  return {
    'lose answers to appends': some('lose-answer'),
    'answer appends late': late('answer-late'),
    'commit appends late': late('commit-late'),
    'neither commit nor answer appends': some('hang'),
    'say a wrong version that is right': some('conflict'),
    'refuse appends': some('refuse'),
    'time out appends': some('time-out'),
    'fail appends': some('fail'),
    'another node leads for a while': async () => {
      faults.leader = { host: '127.0.0.1', port: pick(wires, chance).port };
      await whileLong(chance);
      faults.leader = undefined;
    },
  };
}

function ofReads({ esdb, wires }: Cluster, chance: Chance): Acts {
  const { faults, records } = esdb;
  return {
    'end subscriptions': async () => faults.endSubscriptions(),
    'refuse subscriptions': async () => {
      faults.deniesSubscriptions = true;
      faults.endSubscriptions();
      await whileLong(chance);
      faults.deniesSubscriptions = false;
    },
    'say nothing to subscriptions': async () => {
      faults.silent = true;
      await whileLong(chance);
      faults.silent = false;
    },
    'answer no reads': async () => void (faults.readsThatHang += 1 + Math.floor(chance() * 4)),
    'deny reads': async () => {
      faults.deniesReads = true;
      await whileLong(chance);
      faults.deniesReads = false;
    },
    'take a right password for a wrong one': async () => void (faults.unauthenticated += 1 + Math.floor(chance() * 3)),
    'fail what opens a client': async () => {
      faults.capabilities += 1 + Math.floor(chance() * 3);
      for (const wire of wires) wire.cut();
    },
    'records of others': async () => records.foreign(5_000),
  };
}

function ofLeaders(cluster: Cluster, chance: Chance): Acts {
  const { faults, records } = cluster.esdb;
  const deposed = () =>
    cluster.serverAway(async () => {
      records.truncate();
      await whileLong(chance);
    });
  return {
    'restart the server': () => cluster.serverAway(() => whileLong(chance)),
    'no quorum for a while': async () => {
      records.hold();
      await whileLong(chance);
      records.replicate();
    },
    'another leader without what no quorum has': async () => {
      records.hold();
      await whileLong(chance);
      await deposed();
    },
    'a deposed leader comes back for a moment': async () => {
      records.hold();
      faults.stale = Math.max(0, records.end - 1 - Math.floor(chance() * 200));
      for (const wire of cluster.wires) wire.cut();
      await wait(200 + chance() * 800);
      faults.stale = undefined;
      await deposed();
    },
  };
}

function ofViews({ mongo }: Cluster, chance: Chance): Acts {
  const disturbed = (fault: Fault) => async () => {
    let left = 1 + Math.floor(chance() * 6);
    mongo.gate = async () => (left > 0 && chance() < 0.3 ? (left--, fault) : undefined);
    await wait(1_000);
    mongo.gate = async () => undefined;
  };
  return {
    'cut commands to the views': disturbed('cut'),
    'lose answers of the views': disturbed('lose'),
    'elect another primary of the views': disturbed('elect'),
    'writes to the views that no majority has': disturbed('unreplicated'),
  };
}
