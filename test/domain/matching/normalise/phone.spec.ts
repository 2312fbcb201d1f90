/** One number is one value, in whatever way and from whatever region it was written; junk is none. */
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { phone } from '../../../../src/domain/matching/normalise/phone';

it.each([
  [
    '+436641234567',
    'AT',
    ['0664 1234567', '0664/123 45 67', '+43 664 1234567', '0043 664 1234567', '+43 (0)664 1234567'],
  ],
  ['+14155552671', 'US', ['(415) 555-2671', '415.555.2671', '1-415-555-2671', '+1 415 555 2671']],
  ['+442079460958', 'GB', ['020 7946 0958', '+44 20 7946 0958', '(020) 79460958']],
  ['+390612345678', 'IT', ['06 1234 5678', '+39 06 12345678', '+390612345678']],
])('%s in %s', (value, region, written) => {
  for (const raw of written) expect(phone(raw, region)).toEqual([{ value, valid: true, subscriber: value.slice(-7) }]);
});

it('the region decides which country a national number is of', () => {
  expect(phone('020 7946 0958', 'GB')[0]?.value).toBe('+442079460958');
  expect(phone('020 7946 0958', '')[0]).toEqual({ value: '02079460958', valid: false, subscriber: '9460958' });
  expect(phone('020 7946 0958', 'XX')[0]?.valid).toBe(false);
});

it('what is in E.164 already is what parsing gives', () => {
  for (const raw of [
    '+436641234567',
    '+4366412',
    '+79161234567',
    '+5491123456789',
    '+5215512345678',
    '+99912345678',
    '+12025550123',
  ]) {
    const parsed = parsePhoneNumberFromString(raw);
    const valid = parsed?.isValid() ?? false;
    expect(phone(raw, '')).toEqual([
      { value: valid ? parsed?.number : raw.slice(1), valid, subscriber: raw.replace('+', '').slice(-7) },
    ]);
  }
});

it.each(['0000000', '1234567', '0123456789', '12345', '+43 664 9999999', 'n/a', '', 'call me', '5555555555'])(
  '%j is junk',
  (raw) => expect(phone(raw, 'AT')).toEqual([]),
);
