/**
 * Decimals exactly as written: whole digits and a scale, never a float, so that 0.1 + 0.2 is 0.3 and a price of .001 is
 * not lost. It must never guess which character is the decimal point; the mapping says it.
 */

/** `digits` / 10^`scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** How numbers are written in the file: `1,234.50` is `{ decimal: '.', group: ',' }`. */
export interface NumberStyle {
  readonly decimal: string;
  readonly group?: string;
}

const PLAIN = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?$/;

/** `undefined` for what is no decimal number: words, exponents, two points. */
export function readDecimal(written: string, { decimal, group }: NumberStyle): Decimal | undefined {
  const text = group === undefined ? written : written.replaceAll(group, '');
  if (decimal !== '.' && text.includes('.')) return undefined;
  const parts = PLAIN.exec(decimal === '.' ? text : text.replace(decimal, '.'));
  if (!parts) return undefined;
  const [, sign, whole = '', fraction = ''] = parts;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, scale: fraction.length };
}

export const times = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits * b.digits, scale: a.scale + b.scale });

export const negated = ({ digits, scale }: Decimal): Decimal => ({ digits: -digits, scale });

export const absolute = (a: Decimal): Decimal => (a.digits < 0n ? negated(a) : a);

/** −1, 0 or 1, as `a` is less than, equal to or greater than `b`. */
export function compare(a: Decimal, b: Decimal): number {
  const [left, right] = [a.digits * 10n ** BigInt(b.scale), b.digits * 10n ** BigInt(a.scale)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `decimal` × 10^`places`, rounded to a whole number; halves go away from zero, as in commerce ("half up"). */
export function wholeUnits({ digits, scale }: Decimal, places: number): bigint {
  if (scale <= places) return digits * 10n ** BigInt(places - scale);
  const unit = 10n ** BigInt(scale - places);
  const half = unit / 2n;
  return (digits < 0n ? digits - half : digits + half) / unit;
}

/** Plain text with a point: `-12.50` stays `-12.50`. */
export function writeDecimal({ digits, scale }: Decimal): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const sign = digits < 0n ? '-' : '';
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

/** Without zeros at the end of the fraction, so that 2.50 and 2.5 are one number. */
export function reduced(decimal: Decimal): Decimal {
  let { digits, scale } = decimal;
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale -= 1;
  }
  return { digits, scale };
}

const exponents = new Map<string, number>();

/** Decimal places of the currency's minor unit by ISO 4217: 2 for EUR, 0 for JPY. Throws RangeError for no currency. */
export function minorPlaces(currency: string): number {
  const known = exponents.get(currency);
  if (known !== undefined) return known;
  const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  exponents.set(currency, maximumFractionDigits ?? 2);
  return maximumFractionDigits ?? 2;
}
