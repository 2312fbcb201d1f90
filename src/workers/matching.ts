/**
 * The thread that matches records: reads the log and the views over connections of its own, and asks the main thread to
 * write what it decides. The views wait for none of it. Of several nodes one leads, and the others stand by.
 */
import { workerData } from 'node:worker_threads';
import { Leading } from '../app/leading';
import { MatchLoop } from '../app/match-loop';
import { currentModel } from '../app/models';
import type { Opinions } from '../app/resolving';
import { Answering } from '../compose/channel';
import { leadingOver, openLogReader, openViews } from '../compose/engines';
import type { MatchingData, MatchingProtocol, Wanted } from '../compose/matcher-thread';
import { identitySeal } from '../domain/seal';

async function main(): Promise<void> {
  const { places, decides }: MatchingData = workerData;
  const channel = new Answering<MatchingProtocol>();
  const log = await openLogReader(places);
  const views = await openViews(places);
  const { want, granted } = wantingThrough(channel);
  const opinions: Opinions = {
    decide: (wishes) => want({ kind: 'decide', wishes }),
    announce: (told) => want({ kind: 'announce', told }),
    tellValues: (changes) => want({ kind: 'tellValues', changes }),
    reconcileValues: (silent) => want({ kind: 'reconcileValues', silent }),
  };
  const following = async () =>
    new MatchLoop(
      { log, views, seal: identitySeal },
      { ...(decides ? opinions : none), model: currentModel(log, identitySeal) },
      (progress) => channel.tell({ kind: 'progress', progress }),
    );
  const leading = decides ? await leadingOver(places, 'matching', following) : new Leading(undefined, following, 0);
  const act = async (request: MatchingProtocol['request']): Promise<MatchingProtocol['answer']> => {
    switch (request.kind) {
      case 'wake':
      case 'hurry':
        if (leading.leads) leading.current()[request.kind]();
        return {};
      case 'granted':
        granted(request.error);
        return {};
      case 'reload':
        await leading.current().reload();
        return {};
      case 'explain':
        return { explanation: await leading.current().explain(request.a, request.b) };
      case 'state':
        return { state: await leading.current().state() };
      case 'stop':
        await leading.stop();
        await views.close();
        await log.close();
        setImmediate(() => channel.end());
        return {};
    }
  };
  await channel.begin(async () => {
    await leading.start();
    return {};
  }, act);
}

const nothing = async (): Promise<void> => undefined;
const none: Opinions = { decide: nothing, announce: nothing, tellValues: nothing, reconcileValues: nothing };

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
