/**
 * The thread that matches records: reads the log and the views over connections of its own, and asks the main thread to
 * write what it decides. The views wait for none of it.
 */
import { workerData } from 'node:worker_threads';
import { EmbeddedReader } from '../../eventstore/embedded/reader';
import { MatchLoop } from '../app/match-loop';
import { currentModel } from '../app/models';
import { Answering } from '../compose/channel';
import type { MatchingData, MatchingProtocol, Wanted } from '../compose/matcher-thread';
import { identitySeal } from '../domain/seal';
import { openViewReader } from '../views/embedded';

async function main(): Promise<void> {
  const { folder }: MatchingData = workerData;
  const log = new EmbeddedReader(folder);
  const views = openViewReader(folder);
  const channel = new Answering<MatchingProtocol>();
  const { want, granted } = wantingThrough(channel);
  const loop = new MatchLoop(
    { log, views, seal: identitySeal },
    {
      decide: (wishes) => want({ kind: 'decide', wishes }),
      announce: (told) => want({ kind: 'announce', told }),
      tellValues: (changes) => want({ kind: 'tellValues', changes }),
      reconcileValues: (silent) => want({ kind: 'reconcileValues', silent }),
      model: currentModel(log, identitySeal),
    },
    (progress) => channel.tell({ kind: 'progress', progress }),
  );
  const act = async (request: MatchingProtocol['request']): Promise<MatchingProtocol['answer']> => {
    switch (request.kind) {
      case 'wake':
      case 'hurry':
        loop[request.kind]();
        return {};
      case 'granted':
        granted(request.error);
        return {};
      case 'reload':
        await loop.reload();
        return {};
      case 'explain':
        return { explanation: await loop.explain(request.a, request.b) };
      case 'state':
        return { state: await loop.state() };
      case 'stop':
        await loop.stop();
        await views.close();
        await log.close();
        setImmediate(() => channel.end());
        return {};
    }
  };
  await channel.begin(async () => ({}), act);
}

/** What this thread wants to have in the log goes to the thread that owns it; `granted` hears what became of it. */
function wantingThrough(channel: Answering<MatchingProtocol>): {
  readonly want: (wanted: Wanted) => Promise<void>;
  readonly granted: (error: string | undefined) => void;
} {
  let granted: (error: string | undefined) => void = () => undefined;
  return {
    want: (wanted) =>
      new Promise((resolve, reject) => {
        granted = (error) => (error === undefined ? resolve() : reject(new Error(error)));
        channel.tell(wanted);
      }),
    granted: (error) => granted(error),
  };
}

void main();
