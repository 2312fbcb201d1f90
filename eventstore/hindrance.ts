/**
 * What keeps a client from a server that is there, and will until somebody mends it: waiting is of no use then. Told by the
 * codes of Node and OpenSSL, never by their words, which may quote what nobody may read.
 */
import { LogError } from './store';

/** What is wrong, in words that follow the server's name. */
const SAYS = {
  authority: 'its certificate is not signed by an authority that is trusted here',
  name: 'its certificate is for another host name',
  validity: 'its certificate has expired, or does not hold yet',
  plain: 'it does not speak TLS',
  secure: 'it speaks TLS, and the connection string says tls=false',
  credentials: 'it does not let this user in',
  file: 'a file of certificates that the connection string names is missing or cannot be read',
  string: 'the connection string cannot be read',
} as const;

export type Hindrance = keyof typeof SAYS;

export class Hindered extends LogError {
  constructor(readonly hindrance: Hindrance) {
    super('unreachable', SAYS[hindrance]);
    this.name = 'Hindered';
  }
}

const CODES: ReadonlyMap<string, Hindrance> = new Map<string, Hindrance>([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'authority'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'authority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'authority'],
  ['CERT_UNTRUSTED', 'authority'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'name'],
  ['CERT_HAS_EXPIRED', 'validity'],
  ['CERT_NOT_YET_VALID', 'validity'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'plain'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'plain'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'credentials'],
  ['ERR_OSSL_PEM_NO_START_LINE', 'file'],
]);

/** A socket that is not there yet fails with these too, upon `connect`. */
const OF_FILES: readonly unknown[] = ['ENOENT', 'EACCES', 'EISDIR'];

const isOfFile = (problem: object): boolean =>
  'code' in problem &&
  OF_FILES.includes(problem.code) &&
  'syscall' in problem &&
  (problem.syscall === 'open' || problem.syscall === 'read');

/** Of an error of Node, or of one that was caused by one. */
export function hindranceIn(problem: unknown): Hindrance | undefined {
  if (typeof problem !== 'object' || problem === null) return undefined;
  if (isOfFile(problem)) return 'file';
  const found = 'code' in problem ? CODES.get(String(problem.code)) : undefined;
  return found ?? ('cause' in problem ? hindranceIn(problem.cause) : undefined);
}

/** `well` is also what nobody has tried yet. */
export type Found = Hindrance | 'away' | 'well';

/** What hinders to speak to any of several servers. */
export const hindranceOfAll = (found: readonly Found[]): Hindrance | undefined =>
  found.includes('well') ? undefined : found.find((one): one is Hindrance => one !== 'away' && one !== 'well');
