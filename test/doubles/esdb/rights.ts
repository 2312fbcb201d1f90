/** Who may read and write what, by the lists in the metadata of streams and in `$settings`, as on the server. */
import { dataOf } from './messages';
import type { Node } from './node';
import { originalOf } from './stream-settings';

/** Everything of everybody. */
const WHOLE = '$all';
const DEFAULTS = '$settings';
/** A user of whom nobody says a name, as where the wire is not guarded. */
export const NAMELESS = 'kith';

type Right = '$r' | '$w' | '$mr' | '$mw';
type Acl = Partial<Record<Right, string | readonly string[]>>;

export const mayRead = (node: Node, user: string, stream = WHOLE): boolean => may(node, user, stream, ['$r', '$mr']);

export const mayWrite = (node: Node, user: string, stream: string): boolean => may(node, user, stream, ['$w', '$mw']);

function may(node: Node, user: string, stream: string, [ofStream, ofMetadata]: readonly [Right, Right]): boolean {
  const { groups } = node.settings;
  if (!groups || groups.includes('$admins')) return true;
  const original = originalOf(stream);
  const [name, right] = original === undefined ? [stream, ofStream] : [original, ofMetadata];
  const roles = aclOf(node, name)[right] ?? (name.startsWith('$') ? '$admins' : (defaults(node)[right] ?? '$all'));
  return [roles].flat().some((role) => role === '$all' || role === user || groups.includes(role));
}

const aclOf = ({ records }: Node, stream: string): Acl => records.settingsOf(stream).others['$acl'] ?? {};

/** Of streams of users. */
function defaults({ records, settings }: Node): Acl {
  const found = records.shown(DEFAULTS, settings.now());
  const last = typeof found === 'string' ? undefined : found.findLast(({ type }) => type === 'update-default-acl');
  return last ? ((JSON.parse(dataOf(last.wire).toString()) as { $userStreamAcl?: Acl }).$userStreamAcl ?? {}) : {};
}
