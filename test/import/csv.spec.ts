/** Reading CSV: what RFC 4180 and csv-parse say is what we read, in whatever pieces the file comes. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvReader, delimiterOf, writeCell } from '../../src/import/csv';

function readAll(
  text: string,
  delimiter = ',',
  piece = text.length,
): { cells: string[][]; lines: number[]; broken?: unknown } {
  const reader = new CsvReader(delimiter, false);
  const [cells, lines]: [string[][], number[]] = [[], []];
  for (let at = 0; at <= text.length; at += Math.max(piece, 1)) {
    const read = reader.read(text.slice(at, at + Math.max(piece, 1)), at + Math.max(piece, 1) > text.length);
    cells.push(...read.rows.map((row) => row.cells));
    lines.push(...read.rows.map((row) => row.line));
    if (read.broken) return { cells, lines, broken: read.broken };
  }
  return { cells, lines };
}

const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', ';', '"', '\n', '\r\n', 'ü', '🎩'), maxLength: 6 });

it('reads any table as csv-parse does, in pieces of any size, whichever cells are quoted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.tuple(cell, fc.boolean()), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 40 }),
      (table, delimiter, newline, piece) => {
        const quote = ([text, always]: [string, boolean]) =>
          always ? `"${text.replaceAll('"', '""')}"` : writeCell(text, delimiter);
        const text = table.map((row) => row.map(quote).join(delimiter)).join(newline);
        const wanted = parse(text, { delimiter, relax_column_count: true, record_delimiter: ['\r\n', '\n'] });
        expect(readAll(text, delimiter, piece).cells).toEqual(wanted);
        expect(wanted).toEqual(table.map((row) => row.map(([cell]) => cell)));
      },
    ),
    { seed: 4180 },
  );
});

it('a row knows the line it begins on, with line breaks in cells and empty lines between rows', () => {
  const { cells, lines } = readAll('a,b\n\n1,"x\ny"\r\n2,z\n\n3,"""q"""');
  expect(cells).toEqual([
    ['a', 'b'],
    ['1', 'x\ny'],
    ['2', 'z'],
    ['3', '"q"'],
  ]);
  expect(lines).toEqual([1, 3, 5, 7]);
});

it.each([
  ['a,b\n1,2\n3,"x"y\n4,5\n', 3, 'a closing quote that no delimiter follows'],
  ['a,b\n1,2\n3,6" nail\n4,5" nail\n', 3, 'a quote stands in the middle of a cell'],
  ['a,b\n1,2\n3,"x\n4,5\n', 3, 'a quote opens here that is never closed'],
])('broken quoting in %j ends the file at line %d, behind the rows before it', (text, line, detail) => {
  const { cells, broken } = readAll(text);
  expect(cells).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
  expect(broken).toMatchObject({ line, detail: expect.stringContaining(detail) });
});

it.each([
  ['a,b;c,d', ','],
  ['a;b;c,d', ';'],
  ['"a;b;c",d', ','],
  ['a\tb', '\t'],
  ['one', ','],
])('the delimiter of %j is %j', (header, wanted) => {
  expect(delimiterOf(header)).toBe(wanted);
});
