/** A telephone number in E.164. What the numbering plans do not know keeps its digits, and is marked so. */
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString, PhoneNumber } from 'libphonenumber-js';
import { listed, memo } from './memo';
import { isNothing } from './text';

export interface Phone {
  /** `+43732123456`, or digits only where `valid` is false. */
  readonly value: string;
  readonly valid: boolean;
  /** The last seven digits: what is the same where a country or area code is left out. */
  readonly subscriber: string;
}

/** One digit over and over, or a run that hands type: 1234567, 0123456789. */
const TYPED = /^(\d)\1+$|^0*(1234567|12345678|123456789|1234567890|9876543210)$/;

function read(region: string, raw: string): Phone | undefined {
  const digits = raw.replaceAll(/\D/g, '');
  if (digits.length < 6 || digits.length > 18 || TYPED.test(digits) || /^(\d)\1{5,}$/.test(digits.slice(-7))) {
    return undefined;
  }
  const subscriber = digits.slice(-7);
  if (raw.length === digits.length + 1 && raw.startsWith('+') && isE164(raw))
    return { value: raw, valid: true, subscriber };
  const country: CountryCode | undefined = isSupportedCountry(region) ? region : undefined;
  // 16 to 27 µs: the dearest step of all, and the reason for the memory.
  const found = parsePhoneNumberFromString(raw, country);
  const valid = found?.isValid() ?? false;
  return { value: valid && found ? found.number : digits, valid, subscriber };
}

/** Whether it is a valid number as it stands; numbers that may begin with a trunk prefix have to be parsed. */
function isE164(raw: string): boolean {
  try {
    const number = new PhoneNumber(raw);
    return /^[2-79]/.test(number.nationalNumber) && number.isValid();
  } catch {
    // No country has such a calling code.
    return false;
  }
}

/** A memory for each region, so that nobody has to write both into one text to look it up. */
const known = memo(300, (region: string) =>
  memo(20_000, (raw: string): readonly Phone[] => listed(isNothing(raw) ? undefined : read(region, raw.trim()))),
);

/** `region` is ISO 3166 alpha-2. Nothing for junk and for what is too short to be a number. */
export const phone = (raw: string, region: string): readonly Phone[] => known(region)(raw);
