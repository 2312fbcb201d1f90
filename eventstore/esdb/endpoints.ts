/**
 * Where the leader of a cluster is. The client asks one node after the other and waits five seconds for each, so a leader that
 * hangs costs all of that; here all nodes that the connection string names are asked at once, and the first answer counts.
 */
import { isAbsolute, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { discoverEndpoint } from '@eventstore/db-client/dist/Client/discovery';
import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString';
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';

/** Seconds that one node may take to say who leads, unless the string has `gossipTimeout`. */
const GOSSIP_SECONDS = 1;

type Options = ReturnType<typeof parseConnectionString>;

/** Whether the string names a cluster, whose leader has to be looked for. Throws what the client throws on a string it cannot read. */
export function isCluster(text: string): boolean {
  const { dnsDiscover, hosts } = parseConnectionString(text);
  return dnsDiscover || hosts.length > 1;
}

/** The connection string of the node that leads, with the same user and options. Rejects when no node says who leads. */
export async function leaderOf(text: string): Promise<string> {
  const options = parseConnectionString(text);
  const channel = credentialsOf(options);
  const asked = options.hosts.map((host) =>
    discoverEndpoint(
      {
        endpoints: [host],
        maxDiscoverAttempts: 1,
        discoveryInterval: 0,
        gossipTimeout: options.gossipTimeout ?? GOSSIP_SECONDS,
      },
      channel,
    ),
  );
  const { address, port } = await Promise.any(asked).catch(() => {
    throw new Error('no node of the cluster says who leads');
  });
  return text.replace(/^[^:]+:\/\/([^@/?]*@)?[^/?]*/, (_, user: string = '') => `esdb://${user}${address}:${port}`);
}

function credentialsOf({ tls, tlsCAFile, userKeyFile, userCertFile }: Options): ChannelCredentials {
  if (tls === false) return credentials.createInsecure();
  const contentOf = (file: string | undefined) =>
    file === undefined ? null : readFileSync(isAbsolute(file) ? file : resolve(file));
  return credentials.createSsl(contentOf(tlsCAFile), contentOf(userKeyFile), contentOf(userCertFile));
}
