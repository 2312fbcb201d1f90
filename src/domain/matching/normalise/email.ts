/** An e-mail address in canonical form, and whether it is a desk of an organisation rather than a person. */
import { listed, memo } from './memo';
import { fold, isAscii } from './text';

export interface Email {
  readonly address: string;
  /** Before the @, without tag and dots. */
  readonly local: string;
  readonly domain: string;
  /** info@, sales@ …: shared by whoever sits there. */
  readonly role: boolean;
}

const ROLES = new Set(
  'info office contact sales support admin administrator hello mail kontakt service team help billing accounts accounting hr jobs marketing press webmaster postmaster reception enquiries inquiries orders order shop kasse verwaltung buero'.split(
    ' ',
  ),
);
const JUNK_LOCAL =
  /^(no-?e?mail|none|null|nil|na|test\d*|tester|noreply|no-?reply|donotreply|unknown|anonym(ous)?|nobody|xxx+|asdf+|abc|a|x|example|user|invalid|fake|dummy)$/;
const JUNK_DOMAIN = /^(none|null|test|invalid|localhost|nomail|noemail|no)(\.[a-z.]+)?$/;

/** Providers that ignore dots and read these names as one. */
const DOTLESS: ReadonlyMap<string, string> = new Map([
  ['gmail.com', 'gmail.com'],
  ['googlemail.com', 'gmail.com'],
]);

function read(raw: string): Email | undefined {
  const inside = raw.includes('<') ? (/<([^<>]+@[^<>]+)>/.exec(raw)?.[1] ?? raw) : raw;
  const text = (isAscii(inside) ? inside : inside.normalize('NFKC')).trim().toLowerCase();
  const at = text.lastIndexOf('@');
  if (at < 1 || at === text.length - 1 || /\s/.test(text)) return undefined;
  const after = text.slice(at + 1);
  const written = after.endsWith('.') ? after.replace(/\.+$/, '') : after;
  const domain = DOTLESS.get(written) ?? written;
  const before = text.slice(0, at);
  const untagged = before.includes('+') ? before.replace(/\+.*$/, '') : before;
  const name = DOTLESS.has(written) ? untagged.replaceAll('.', '') : untagged;
  if (name === '' || JUNK_LOCAL.test(name) || JUNK_DOMAIN.test(domain)) return undefined;
  const isWritten = name === before && domain === after;
  return {
    address: isWritten ? text : `${name}@${domain}`,
    local: fold(name).replaceAll(' ', ''),
    domain,
    role: ROLES.has(name),
  };
}

/** Nothing for what is no address and for junk (`noemail@…`, `test@…`). */
export const email = memo(2_000, (raw: string): readonly Email[] => listed(read(raw)));
