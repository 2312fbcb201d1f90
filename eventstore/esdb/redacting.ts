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

/** What went wrong, in words that may be logged. */
export const said = (problem: unknown): string =>
  redacted(problem instanceof Error ? problem.message || problem.name : String(problem));
