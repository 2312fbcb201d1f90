/** How many values a slot shows, and under which keys a record is found. */
import fc from 'fast-check';
import { Refusal } from '../../src/domain/refusals';
import { cardinalityOf, lookupKeys, parseIdentifier } from '../../src/domain/slots';

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.code;
    throw thrown;
  }
  return 'none';
};

describe('how many values survive', () => {
  it.each([
    ['name', 'single'],
    ['birthDate', 'single'],
    ['attribute/household-size', 'single per slot'],
    ['consent/newsletter/email', 'single per slot'],
    ['contact/email', 'many'],
    ['identifier/other:passport', 'many'],
    ['address/home', 'many'],
    ['position', 'many'],
    ['never-heard-of', 'many'],
    ['constructor', 'many'],
  ])('%s: %s', (slot, cardinality) => {
    expect(cardinalityOf(slot)).toBe(cardinality);
  });
});

describe('what a record is found under', () => {
  it.each([
    ['contact/email', ' Ada@Example.ORG ', ['email:ada@example.org']],
    ['contact/email', 'ask at the desk', []],
    ['contact/phone', '+43 (732) 12-34', ['phone:+437321234']],
    ['contact/mobile', '+436601234', ['phone:+436601234']],
    ['contact/phone', '0732/1234', ['phone:07321234']],
    ['contact/phone', '+43 1 23+4', ['phone:+431234']],
    ['contact/phone', 'unknown +', []],
    ['contact/phone', '＋４３１２３４', ['phone:+431234']],
    ['identifier/customer-number', { value: ' K-20417 ', system: 'billing' }, ['customer-number:K-20417']],
    ['identifier/tax-id', { value: 'at u 1234.5678', country: 'AT' }, ['tax-id:ATU12345678']],
    ['identifier/login', { value: 'Ada' }, ['login:ada']],
    ['identifier/other:passport', { value: 'P 1' }, ['other:passport:P 1']],
    ['identifier/other:passport', { value: '  ' }, []],
    ['identifier/never-heard-of', { value: '1' }, []],
    ['name', { full: 'Ada' }, []],
    ['contact/email', null, []],
    ['contact/email', ['a@b'], []],
  ])('%s %j: %j', (slot, value, keys) => {
    expect(lookupKeys(slot, value)).toEqual(keys);
  });

  it('and what a person asks for is found under the same key', () => {
    const points = fc.oneof(
      fc.emailAddress().map((value) => ['contact/email', 'email', value] as const),
      fc.stringMatching(/^\+?[0-9 ()/-]{3,20}$/).map((value) => ['contact/phone', 'phone', value] as const),
      fc.string().map((value) => ['identifier/customer-number', 'customer-number', value] as const),
      fc.string().map((value) => ['identifier/other:card', 'other:card', value] as const),
    );
    fc.assert(
      fc.property(points, ([slot, kind, value]) => {
        const [key] = lookupKeys(slot, slot.startsWith('contact/') ? value : { value });
        if (key === undefined) expect(refusal(() => parseIdentifier(`${kind}:${value}`))).toBe('identifier-malformed');
        else expect([parseIdentifier(`${kind}:${value}`), parseIdentifier(key)]).toEqual([key, key]);
      }),
    );
  });
});

describe('an identifier as a person writes it', () => {
  it.each([
    ['email: Ada@Example.org', 'email:ada@example.org'],
    ['mobile:+43 660 1', 'phone:+436601'],
    ['customer-number:a:b', 'customer-number:a:b'],
    ['other:passport:P1', 'other:passport:P1'],
  ])('%s is %s', (asked, key) => {
    expect(parseIdentifier(asked)).toBe(key);
  });

  it.each(['', 'ada@example.org', 'email:', 'email:ada', 'phone:none', 'shoe:42', 'other:x', ':x'])(
    '%p is refused',
    (asked) => {
      expect(refusal(() => parseIdentifier(asked))).toBe('identifier-malformed');
    },
  );
});
