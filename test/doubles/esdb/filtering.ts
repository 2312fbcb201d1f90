/** Which records a filter of the server lets pass: by the stream's name or the event's type, with prefixes or an expression. */
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import type { Recorded } from './shapes';

export type Passes = (record: Recorded) => boolean;

export function filterOf(filter: ReadReq.Options.FilterOptions | undefined): Passes {
  if (!filter) return () => true;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = new RegExp(expression?.getRegex() || '^$');
  return ({ stream, type }) => {
    const text = byStream ? stream : type;
    return prefixes.length > 0 ? prefixes.some((prefix) => text.startsWith(prefix)) : regex.test(text);
  };
}
