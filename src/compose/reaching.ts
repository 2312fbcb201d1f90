/**
 * A server that is away, or lets nobody in, when it is opened: said in one sentence that names its hosts and the setting, and
 * nothing else of a connection string. Whoever starts Kith reads it; whoever runs it starts it again.
 */
import { LogError } from '../../eventstore/store';

export interface Server {
  readonly name: 'EventStoreDB' | 'MongoDB';
  readonly setting: 'KITH_LOG' | 'KITH_VIEWS';
  /** Its connection string. */
  readonly url: string;
}

/** `isAway` knows the errors of a client that could not reach its server. Throws them as `LogError` `unreachable`. */
export async function reaching<T>(
  { name, setting, url }: Server,
  isAway: (problem: unknown) => problem is Error,
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (problem) {
    if (!isAway(problem)) throw problem;
    const what = `${name} at ${hostsOf(url)} cannot be reached`;
    const message = `${what} (${problem.message}): start it, or check ${setting}`;
    throw new LogError('unreachable', message, { cause: problem });
  }
}

/** Nothing is told of a text that could be read in two ways: what looks like a host may be a password. */
export function hostsOf(url: string): string {
  const { hosts, rest = '' } = /^[a-z+]+:\/\/(?:[^@/?#]*@)?(?<hosts>[\w.:,[\]-]+)(?<rest>.*)$/i.exec(url)?.groups ?? {};
  return hosts === undefined || rest.includes('@') ? 'its place' : hosts;
}
