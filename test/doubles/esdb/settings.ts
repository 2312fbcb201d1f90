/** How this server was set up, and what its clock shows: a test changes it while the server runs. */

/** Bytes, by default of the server. */
const MAX_APPEND = 1024 * 1024;

export class Settings {
  /** Before 24 a server drops subscribers that are slow, from then on it lets them catch up. */
  version: '22.10.0' | '23.10.0' | '24.2.0' = '23.10.0';
  /** Bytes of data that one append may have; metadata come on top. */
  maxAppend = MAX_APPEND;
  /** Bytes of one event, on servers that are newer than these. */
  maxEvent: number | undefined;
  /** Milliseconds by which the server's clock is ahead of this machine's. */
  ahead = 0;
  /** Milliseconds after which an append that no quorum confirms is answered. */
  commitTimeout = 2_000;
  /** Groups of the user who calls; `undefined` enforces no rights, as a server with `--insecure`. */
  groups: readonly string[] | undefined;

  now(): number {
    return Date.now() + this.ahead;
  }

  get isOld(): boolean {
    return !this.version.startsWith('24');
  }
}
