/** How a double guards its door: a certificate, and a user who must give a password. All keys here are of nobody. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Guard {
  /** `elsewhere` bears another host name, `expired` ended in 2001. */
  readonly certificate: 'server' | 'elsewhere' | 'expired';
  readonly user: string;
  readonly password: string;
  /** Lets in only who shows a certificate too. */
  readonly userCertificate?: boolean;
}

/** Both are percent-encoded in a connection string. */
export const nobody: Guard = { certificate: 'server', user: 'ada-the-user', password: 'sw0rd:fish/@?' };

export const fileOf = (name: string): string => join(__dirname, `${name}.pem`);
/** The server's certificate is signed by `authority`; nobody trusts the other one. */
export const authority = fileOf('authority');
export const stranger = fileOf('stranger');

export const credentialsOf = ({ certificate }: Guard) => ({
  ca: readFileSync(authority),
  cert: readFileSync(fileOf(certificate)),
  key: readFileSync(fileOf('test-key-of-nobody-server')),
});

/** A connection string that fits the guard: `hosts` as `host:port/`, `more` options of the server's own. */
export const stringTo = (
  scheme: 'esdb' | 'mongodb',
  hosts: string,
  { user, password }: Pick<Guard, 'user' | 'password'>,
  { ca = authority, more = '' } = {},
): string =>
  `${scheme}://${user}:${encodeURIComponent(password)}@${hosts}?tls=true&tlsCAFile=${encodeURIComponent(ca)}${more}`;
