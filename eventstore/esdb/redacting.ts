/**
 * Connection strings without what nobody may read in a log. The client's own errors quote the whole string, so every text
 * that leaves this engine passes here.
 */

/** User, password and the paths of keys are taken out of each connection string in `text`, wherever it stands. */
export const redacted = (text: string): string =>
  text.replace(/\b((?:esdb|kurrentdb)(?:\+discover)?:\/\/)([^\s"'`]*)/gi, (_, protocol: string, rest: string) => {
    const end = rest.lastIndexOf('@');
    const hosts = end < 0 ? rest : `***@${rest.slice(end + 1)}`;
    return protocol + hosts.replace(/([?&][^=&\s]*(?:key|cert|ca|password|token)[^=&\s]*=)[^&\s]*/gi, '$1***');
  });

/** Options of the client, in lower case. `tlsVerifyCert` it takes only to say that it does nothing. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['tls', 'tlscafile', 'usercertfile', 'userkeyfile', 'connectionname', 'nodepreference', 'throwonappendfailure'],
  ...['maxdiscoverattempts', 'discoveryinterval', 'gossiptimeout', 'defaultdeadline'],
  ...['keepaliveinterval', 'keepalivetimeout'],
]);

/** The client prints the whole string, password and all, where it meets an option that does nothing: those are left out. */
export function withoutIdleOptions(text: string): { readonly text: string; readonly idle: readonly string[] } {
  const place = /^[^:]+:\/\/(?:[^:]+:[^@]+@)?[^?]*/.exec(text)?.[0] ?? text;
  const options = text.slice(place.length + 1).split('&');
  const nameOf = (option: string): string => option.split('=', 1).join('');
  const idle = options.filter((option) => option.includes('=') && !KNOWN.has(nameOf(option).toLowerCase()));
  const kept = options.filter((option) => option !== '' && !idle.includes(option));
  return { text: kept.length === 0 ? place : `${place}?${kept.join('&')}`, idle: idle.map(nameOf) };
}

/** What went wrong, in words that may be logged. */
export const said = (problem: unknown): string =>
  redacted(problem instanceof Error ? problem.message || problem.name : String(problem));
