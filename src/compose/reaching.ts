/**
 * A server that is away, or lets nobody in, when it is opened: said in one sentence that names its hosts and the setting, and
 * nothing else of a connection string. Whoever starts Kith reads it; whoever runs it starts it again.
 */
import { Hindered, type Hindrance } from '../../eventstore/hindrance';
import { LogError } from '../../eventstore/store';

export interface Server {
  readonly name: 'EventStoreDB' | 'MongoDB';
  readonly setting: 'KITH_LOG' | 'KITH_VIEWS';
  /** Its connection string. */
  readonly url: string;
}

/** What to do, where the server is there. */
const MENDING: Readonly<Record<Hindrance, (setting: string) => string>> = {
  authority: (setting) => `name the file of its authority by tlsCAFile in ${setting}`,
  name: (setting) => `use a name of its certificate in ${setting}, or give it a certificate with this name`,
  validity: (setting) => `renew it, or set the clock of this machine; ${setting} may stay as it is`,
  plain: (setting) => `give it a certificate, or say tls=false in ${setting}`,
  secure: (setting) => `take tls=false out of ${setting}`,
  credentials: (setting) => `check user, password and rights in ${setting}`,
  file: (setting) => `check tlsCAFile and the other files in ${setting}`,
  string: (setting) =>
    `check ${setting}; signs in user and password are percent-encoded, options written as name=value`,
};

/** `away` knows the errors of a client that could not reach its server. Throws them as `LogError` `unreachable`. */
export async function reaching<T>(
  { name, setting, url }: Server,
  away: (problem: unknown) => Error | undefined,
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (problem) {
    const found = away(problem);
    if (!found) throw problem;
    const [what, mend] =
      found instanceof Hindered
        ? ['cannot be used', MENDING[found.hindrance](setting)]
        : ['cannot be reached', `start it, or check ${setting}`];
    const message = `${name} at ${hostsOf(url)} ${what} (${found.message}): ${mend}`;
    throw new LogError('unreachable', message, { cause: found });
  }
}

const HOST = String.raw`(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?`;
const HOSTS = new RegExp(`^[a-z+]+://(?:[^@/?#]*@)?(?<hosts>${HOST}(?:,${HOST})*)(?<rest>(?:[/?#].*)?)$`, 'i');

/** Nothing is told of a text that could be read in two ways: what looks like a host may be a password. */
export function hostsOf(url: string): string {
  const { hosts, rest = '' } = HOSTS.exec(url)?.groups ?? {};
  return hosts === undefined || rest.includes('@') ? 'its place' : hosts;
}
