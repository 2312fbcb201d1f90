/**
 * What can be made of cells: numbers, money, times, words of a table. Each operator is one row here, with what it takes,
 * its words for the docs and an example that the tests run; the JSON Schema of mappings is made from these rows.
 */
import type { JsonValue } from '../domain/kernel';
import { decimalOf, money, toInteger, toNumber } from './amounts';
import { boolean, choice, first, map } from './choices';
import { writeDecimal } from './decimals';
import type { Given, Options, Value } from './given';
import { escapeCell } from './templates';
import { date, time } from './times';

export interface Operator {
  /** Its own name first; every other member of the object is an option. */
  readonly takes: Options;
  readonly says: string;
  readonly example: JsonValue;
  readonly compile: (given: Given) => Value;
}

const sign: Options = {
  abs: { takes: 'flag', says: 'without its sign' },
  negate: { takes: 'flag', says: 'with the other sign, after abs' },
};

const cell = (says: string) => ({ takes: 'template', says, required: true }) as const;

export const operators: Readonly<Record<string, Operator>> = {
  $number: {
    takes: { $number: cell('The number'), ...sign },
    says: 'a JSON number',
    example: { $number: '{Quantity}', abs: true },
    compile: (given) => decimalOf(given, '$number', toNumber),
  },
  $integer: {
    takes: { $integer: cell('The number'), ...sign },
    says: 'a whole number; 17850.0 is one, 17850.5 refuses the row',
    example: { $integer: '{CustomerID}' },
    compile: (given) => decimalOf(given, '$integer', toInteger),
  },
  $decimal: {
    takes: { $decimal: cell('The number'), ...sign },
    says: 'a decimal as text with a point, every digit as given',
    example: { $decimal: '{UnitPrice}', abs: true },
    compile: (given) => decimalOf(given, '$decimal', writeDecimal),
  },
  $money: {
    takes: {
      $money: { takes: 'templates', says: 'The amount, or factors that are multiplied exactly', required: true },
      currency: { takes: 'template', says: 'ISO 4217 code', required: true },
      ...sign,
    },
    says: 'money in whole minor units; the exact product is rounded once, halves away from zero',
    example: { $money: ['{Quantity}', '{UnitPrice}'], currency: 'GBP' },
    compile: money,
  },
  $boolean: {
    takes: {
      $boolean: cell('The cell'),
      true: { takes: 'texts', says: 'What means true', required: true },
      false: { takes: 'texts', says: 'What means false', required: true },
    },
    says: 'true or false; any other text refuses the row',
    example: { $boolean: '{Newsletter | lower}', true: ['yes', '1'], false: ['no', '0'] },
    compile: boolean,
  },
  $time: {
    takes: {
      $time: cell('The time'),
      format: { takes: 'text', says: 'How it is written; RFC 3339 when absent' },
      zone: { takes: 'text', says: 'IANA zone of the wall clock; that of the mapping when absent' },
      skipped: {
        takes: 'text',
        words: ['shift', 'refuse'],
        says: 'What becomes of an hour that the clock skipped; shift when absent',
      },
    },
    says: 'a moment, RFC 3339 with the offset that the clock had',
    example: { $time: '{InvoiceDate}', format: 'YYYY-MM-DD HH:mm:ss', zone: 'Europe/London' },
    compile: time,
  },
  $date: {
    takes: { $date: cell('The day'), format: { takes: 'text', says: 'How it is written', required: true } },
    says: 'a day of the calendar, YYYY-MM-DD, without any zone',
    example: { $date: '{Birthday}', format: 'DD.MM.YYYY' },
    compile: date,
  },
  $map: {
    takes: {
      $map: cell('The text to look up'),
      to: { takes: 'table', says: 'What each text becomes', required: true },
      otherwise: { takes: 'value', says: 'What any other text becomes; when absent, such a row is refused' },
    },
    says: 'what a table says for the text',
    example: { $map: '{Country}', to: { 'United Kingdom': 'GB', EIRE: 'IE' } },
    compile: map,
  },
  $first: {
    takes: { $first: { takes: 'values', says: 'The candidates in their order', required: true } },
    says: 'the first value that is not empty',
    example: { $first: ['{Mobile}', '{Phone}'] },
    compile: first,
  },
  $if: {
    takes: {
      $if: { takes: 'condition', says: 'A condition', required: true },
      take: { takes: 'value', says: 'The value where it holds', required: true },
      else: { takes: 'value', says: 'The value where it does not; absent when absent' },
    },
    says: 'one of two values',
    example: { $if: { column: 'Type', equals: 'B' }, take: 'organisation', else: 'person' },
    compile: choice,
  },
  $subject: {
    takes: { $subject: cell('source:key; colons within cells are escaped') },
    says: 'a record as text, for `parties`',
    example: { $subject: 'crm:{AccountId}' },
    compile: (given) => {
      const { text } = given.template('$subject', escapeCell);
      return (cells) => text(cells);
    },
  },
};
