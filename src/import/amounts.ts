/**
 * Numbers and money out of cells, exact from the first digit to the last: the operators whose value is an amount. What is
 * no number refuses the row.
 */
import type { JsonValue } from '../domain/kernel';
import type { Cells } from './columns';
import {
  absolute,
  type Decimal,
  minorPlaces,
  negated,
  readDecimal,
  reduced,
  times,
  wholeUnits,
  writeDecimal,
} from './decimals';
import type { Given, Value } from './given';
import { quoted, rowMalformed } from './shapes';
import type { Template } from './templates';

export type Said = (decimal: Decimal, what: string) => JsonValue;

/** One decimal, turned as `abs` and `negate` say, and said in some form. */
export function decimalOf(given: Given, name: string, say: Said): Value {
  const read = decimalReader(given, given.template(name));
  const turn = turner(given);
  return (cells) => {
    const decimal = read(cells);
    return decimal && say(turn(decimal), name);
  };
}

function decimalReader({ compiling }: Given, { text, columns }: Template): (cells: Cells) => Decimal | undefined {
  return (cells) => {
    const written = text(cells);
    if (written === undefined || written === '') return undefined;
    const decimal = readDecimal(written, compiling.numbers);
    if (!decimal) throw rowMalformed(`${columns.join(', ')} is ${quoted(written)}, which is no number`);
    return decimal;
  };
}

function turner(given: Given): (decimal: Decimal) => Decimal {
  const [abs, negate] = [given.flag('abs'), given.flag('negate')];
  return (decimal) => {
    const sized = abs ? absolute(decimal) : decimal;
    return negate ? negated(sized) : sized;
  };
}

/** The double nearest to it; refuses whole numbers that a double cannot hold. */
export function toNumber(decimal: Decimal, what: string): number {
  return decimal.scale === 0 ? toInteger(decimal, what) : Number(writeDecimal(reduced(decimal)));
}

export function toInteger(decimal: Decimal, what: string): number {
  const { digits, scale } = decimal.scale === 0 ? decimal : reduced(decimal);
  const whole = Number(digits);
  if (scale > 0) throw rowMalformed(`${what}: ${writeDecimal(decimal)} is no whole number`);
  if (!Number.isSafeInteger(whole)) throw rowMalformed(`${what}: ${writeDecimal(decimal)} is too large`);
  return whole;
}

export function money(given: Given): Value {
  const factors = given.templates('$money').map((template) => decimalReader(given, template));
  const currency = given.template('currency');
  const turn = turner(given);
  return (cells) => {
    let product: Decimal = { digits: 1n, scale: 0 };
    for (const factor of factors) {
      const decimal = factor(cells);
      if (!decimal) return undefined;
      product = times(product, decimal);
    }
    const code = currency.whole(cells, 'currency');
    const minor = wholeUnits(turn(product), placesOf(code));
    return { minor: toInteger({ digits: minor, scale: 0 }, '$money'), currency: code };
  };
}

function placesOf(currency: string): number {
  try {
    return minorPlaces(currency);
  } catch {
    throw rowMalformed(`currency is ${quoted(currency)}, which is no code of ISO 4217`);
  }
}
