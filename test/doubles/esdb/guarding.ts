/** Who may call the double: the answers of the server to whoever brings no password, or a wrong one. */
import { ServerCredentials, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { credentialsOf, type Guard } from '../tls/guard';
import { denied, unauthenticated } from './server-errors';

export function credentialsFor(guard: Guard | undefined): ServerCredentials {
  if (!guard) return ServerCredentials.createInsecure();
  const { ca, cert, key } = credentialsOf(guard);
  return ServerCredentials.createSsl(ca, [{ private_key: key, cert_chain: cert }], guard.userCertificate ?? false);
}

/** Gossip, and what the server can do, are told to everybody, as on the server. */
const OPEN = /gossip\.Gossip|ServerFeatures/;

export const demanding =
  ({ user, password }: Guard): ServerInterceptor =>
  ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const shown = metadata.get('authorization')[0];
            const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
            if (shown === wanted || OPEN.test(path)) return pass(metadata);
            call.sendStatus(shown === undefined ? denied() : unauthenticated());
          },
        }),
    });
