/**
 * What a kind of identifier tells, in two directions: a value has one owner (a customer number, a login), and an owner has one
 * value (a personal tax number). Two customer numbers of one shop are what a duplicate looks like, and forbid nothing.
 */
export interface Nature {
  readonly exclusive: boolean;
  readonly owned: boolean;
  readonly renewed?: true;
}

const EXCLUSIVE: ReadonlySet<string> = new Set(['tax-id', 'ssn', 'national-id', 'social-security']);
const OWNED: ReadonlySet<string> = new Set(['customer-number', 'login', 'loyalty-card', 'account', 'membership']);
/** They end after some years, and the next one has another number. */
const RENEWED: ReadonlySet<string> = new Set(['passport', 'id-card', 'drivers-license', 'driving-licence']);

/** Of a kind as facts name it; `other:` makes no difference. A kind that nobody knows is evidence at most. */
export function natureOf(kind: string): Nature {
  const name = kind.replace(/^other:/, '');
  if (EXCLUSIVE.has(name)) return { exclusive: true, owned: true };
  if (RENEWED.has(name)) return { exclusive: false, owned: true, renewed: true };
  return { exclusive: false, owned: OWNED.has(name) };
}
