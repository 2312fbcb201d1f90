/**
 * Why does no connection come about? The client does not say it where it looks for a leader, and elsewhere only in words:
 * so a hand is shaken with each server that the connection string names, by the same certificates, and nothing is asked.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { type Found, type Hindrance, hindranceIn, hindranceOfAll } from '../hindrance';

/** Milliseconds. */
const PATIENCE = 1_000;
const PORT = 2_113;
/** What a client of HTTP/2 says first (RFC 9113, 3.4), with empty settings. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');

/** `text` is a connection string that the client takes. Absent where waiting may help. Never rejects. */
export async function knock(text: string): Promise<Hindrance | undefined> {
  try {
    return await knocked(text);
  } catch (problem) {
    // A file that was there a moment ago, a key that does not fit its certificate; else a port or a text that is none.
    return hindranceIn(problem) ?? (isOfOpenSsl(problem) ? 'file' : 'string');
  }
}

/** What OpenSSL cannot read was in a file. */
const isOfOpenSsl = (problem: unknown): boolean =>
  typeof problem === 'object' && problem !== null && 'code' in problem && String(problem.code).startsWith('ERR_OSSL_');

async function knocked(text: string): Promise<Hindrance | undefined> {
  const { hosts = '', query = '' } =
    /^[^:]+:\/\/(?:[^:]+:[^@]+@)?(?<hosts>[^?/]*)\/?(?:\?(?<query>.*))?$/.exec(text)?.groups ?? {};
  const options = new Map(
    query.split('&').map((option) => {
      const [name = '', value = ''] = option.split('=');
      return [name.toLowerCase(), decodeURIComponent(value.trim())];
    }),
  );
  const places = hosts.split(',');
  if (options.get('tls') === 'false') {
    // Any certificate will do: it is only asked whether there is one.
    const found = await Promise.all(places.map((place) => shake(place, { rejectUnauthorized: false })));
    return hindranceOfAll(found.map((one) => (one === 'away' || one === 'plain' ? 'away' : 'secure')));
  }
  const contentOf = (name: string) => {
    const file = options.get(name);
    return file === undefined ? undefined : readFileSync(file);
  };
  const certificates = {
    ca: contentOf('tlscafile'),
    cert: contentOf('usercertfile'),
    key: contentOf('userkeyfile'),
  };
  return hindranceOfAll(await Promise.all(places.map((place) => shake(place, certificates))));
}

function shake(
  place: string,
  certificates: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>,
): Promise<Found> {
  const [host = '', port = PORT] = place.split(':');
  return new Promise((resolve) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port: Number(port), ...servername, ALPNProtocols: ['h2'], ...certificates });
    socket.setTimeout(PATIENCE, () => socket.destroy());
    // Who wants a certificate of its callers says so behind the handshake.
    socket.once('secureConnect', () => socket.write(PREFACE));
    socket.once('data', () => {
      resolve('well');
      socket.destroy();
    });
    socket.once('error', (problem) => resolve(hindranceIn(problem) ?? 'away'));
    socket.once('close', () => resolve('away'));
  });
}
