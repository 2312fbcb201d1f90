/** Wall clocks of the world as moments: formats, zones, skipped and doubled hours. */
import type { JsonObject } from '../../src/domain/kernel';
import { Columns } from '../../src/import/columns';
import { Problems } from '../../src/import/shapes';
import { compileValue } from '../../src/import/values';

function read(node: JsonObject, cell: string, zone?: string): unknown {
  const problems = new Problems();
  const value = compileValue(node, '', {
    columns: Columns.ofHeader(['t']),
    problems,
    zone,
    numbers: { decimal: '.' },
    value: compileValue,
  });
  problems.check();
  return value([cell]);
}

const london = (cell: string, more: JsonObject = {}): unknown =>
  read({ $time: '{t}', format: 'YYYY-MM-DD HH:mm:ss', zone: 'Europe/London', ...more }, cell);

it.each([
  ['2010-12-01 08:26:00', '2010-12-01T08:26:00+00:00'],
  ['2011-07-01 08:26:00', '2011-07-01T08:26:00+01:00'],
  ['2011-03-27 00:59:59', '2011-03-27T00:59:59+00:00'],
  ['2011-03-27 02:00:00', '2011-03-27T02:00:00+01:00'],
  ['2011-10-30 00:59:59', '2011-10-30T00:59:59+01:00'],
  ['2011-10-30 02:00:00', '2011-10-30T02:00:00+00:00'],
])('London %s is %s', (written, wanted) => {
  expect(london(written)).toBe(wanted);
});

it('an hour that the clock skipped is as far behind the gap as it was written into it, or refused where the mapping says so', () => {
  expect(london('2011-03-27 01:30:00')).toBe('2011-03-27T02:30:00+01:00');
  expect(() => london('2011-03-27 01:30:00', { skipped: 'refuse' })).toThrow('an hour that the clock skipped');
});

it('an hour that the clock showed twice is the first of the two', () => {
  expect(london('2011-10-30 01:30:00')).toBe('2011-10-30T01:30:00+01:00');
});

it.each([
  ['Asia/Kathmandu', '2020-06-01 12:00:00', '2020-06-01T12:00:00+05:45'],
  ['Australia/Lord_Howe', '2020-01-01 12:00:00', '2020-01-01T12:00:00+11:00'],
  ['America/St_Johns', '2020-01-01 12:00:00', '2020-01-01T12:00:00-03:30'],
  ['Pacific/Apia', '2011-12-31 00:10:00', '2011-12-31T00:10:00+14:00'],
  ['Europe/Vienna', '1950-06-01 12:00:00', '1950-06-01T12:00:00+01:00'],
])('%s %s is %s', (zone, written, wanted) => {
  expect(london(written, { zone })).toBe(wanted);
});

it.each([
  ['DD.MM.YYYY HH:mm', '01.12.2010 08:26', '2010-12-01T08:26:00+01:00'],
  ['M/D/YYYY h:mm A', '12/1/2010 12:05 am', '2010-12-01T00:05:00+01:00'],
  ['M/D/YYYY h:mm A', '12/1/2010 12:05 PM', '2010-12-01T12:05:00+01:00'],
  ['D MMM YYYY', '1 Dec 2010', '2010-12-01T00:00:00+01:00'],
  ['YYYY-MM-DD[T]HH:mm:ss.SSSZ', '2010-12-01T08:26:00.5-05:00', '2010-12-01T08:26:00.500-05:00'],
  ['YYYYMMDD', '20101201', '2010-12-01T00:00:00+01:00'],
])('%s reads %s', (format, written, wanted) => {
  expect(read({ $time: '{t}', format }, written, 'Europe/Vienna')).toBe(wanted);
});

it('a time without a format is RFC 3339 with an offset, and stays as it is', () => {
  expect(read({ $time: '{t}' }, '2010-12-01T08:26:00+02:00')).toBe('2010-12-01T08:26:00+02:00');
  expect(() => read({ $time: '{t}' }, '2010-12-01 08:26')).toThrow(expect.objectContaining({ code: 'bad-time' }));
});

it('a wall clock without a zone is refused: the zone of the machine is nobody’s', () => {
  expect(() => read({ $time: '{t}', format: 'YYYY-MM-DD' }, '2010-12-01')).toThrow('must say the zone');
});

it.each(['2011-02-29 00:00:00', '2011-13-01 00:00:00', '2011-01-01 24:00:00', '2011-1-1 00:00:00', 'yesterday'])(
  'there is no %s',
  (written) => {
    expect(() => london(written)).toThrow('which is no time of the form YYYY-MM-DD HH:mm:ss');
  },
);

it('a date has no zone and stays the day it is', () => {
  expect(read({ $date: '{t}', format: 'DD.MM.YYYY' }, '10.12.1815')).toBe('1815-12-10');
});

it.each([
  [{ $time: '{t}', format: 'HH:mm' }, '/format'],
  [{ $time: '{t}', format: 'YYYY-MM-DD', zone: 'Europe/Wien' }, '/zone'],
])('the mapping %j is refused at %s', (node, pointer) => {
  expect(() => read(node, '')).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ pointer })] }));
});
