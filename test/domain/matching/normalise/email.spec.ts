/** E-mail addresses: one spelling, desks marked, and what people type to get past a form left out. */
import { email } from '../../../../src/domain/matching/normalise/email';

const address = (raw: string) => email(raw)[0]?.address;

it.each([
  ['Ada.Stern+shop@GoogleMail.com', 'adastern@gmail.com'],
  ['a.d.a.stern@gmail.com', 'adastern@gmail.com'],
  ['  ADA.STERN@Example.ORG ', 'ada.stern@example.org'],
  ['Ada Stern <ada.stern@example.org>', 'ada.stern@example.org'],
  ['ada.stern@example.org.', 'ada.stern@example.org'],
  ['ada.stern+news@example.org', 'ada.stern@example.org'],
])('%s is %s', (raw, canonical) => expect(address(raw)).toBe(canonical));

it('dots count where the provider does not ignore them, but the local part is compared without', () => {
  expect(address('ada.stern@example.org')).not.toBe(address('adastern@example.org'));
  expect(email('ada.stern@example.org')[0]?.local).toBe(email('adastern@other.example')[0]?.local);
  expect(email('müller@example.org')[0]?.local).toBe('muller');
});

it.each(['info@stern.example', 'Office@stern.example', 'kontakt@stern.example', 'buero@stern.example'])(
  '%s is a desk',
  (raw) => expect(email(raw)[0]?.role).toBe(true),
);

it('a person is no desk', () => expect(email('informatica@stern.example')[0]?.role).toBe(false));

it.each([
  'noemail@example.com',
  'test@example.com',
  'no-reply@shop.example.net',
  'x@x.org',
  'ada@none',
  'ada@invalid.com',
  'anonymous@shop.example.net',
  'null',
  'ada stern@example.org',
  '@example.org',
  'ada@',
  '',
])('%j says nothing', (raw) => expect(email(raw)).toEqual([]));
