/** Texts in one alphabet, identifiers without what people vary, and how names sound. */
import { identifier } from '../../../../src/domain/matching/normalise/identifier';
import { sound } from '../../../../src/domain/matching/normalise/sound';
import { fold, isNothing, withoutUmlauts } from '../../../../src/domain/matching/normalise/text';

it.each([
  ['Łódź', 'lodz'],
  ['O’Hare', 'ohare'],
  ['ＡＢＣ', 'abc'],
  ['Петренко', 'petrenko'],
  ['  Jean-Luc  ', 'jean luc'],
  ['李', 'li'],
])('%s folds to %s', (raw, folded) => expect(fold(raw)).toBe(folded));

it('the two spellings of an umlaut are one', () => {
  for (const name of ['Müller', 'Mueller', 'Muller']) expect(withoutUmlauts(fold(name))).toBe('muller');
});

it.each(['', ' ', 'N/A', 'null', 'None', '-1', '----', '0000', 'not provided', 'anonymous', 'xxx'])(
  '%j is nothing',
  (raw) => expect(isNothing(raw)).toBe(true),
);
it.each(['Ng', 'O', '0', 'Nil Armstrong', 'Aaa'])('%j is something', (raw) => expect(isNothing(raw)).toBe(false));

it.each([
  ['AT-771.02', 'at 77102'],
  ['ABC/123 456', 'abc123456'],
])('the identifiers %s and %s are one', (a, b) => {
  expect(identifier(a)).not.toBe('');
  expect(identifier(a)).toBe(identifier(b));
});
it.each(['000000', '123456789', 'ab', '-', 'n/a'])('the identifier %j is junk', (raw) =>
  expect(identifier(raw)).toBe(''),
);

it.each([
  ['schmidt', 'smith'],
  ['catherine', 'katherine'],
  ['philip', 'filip'],
  ['meyer', 'maier'],
  ['mcdonald', 'macdonald'],
  ['wang', 'vang'],
])('%s sounds like %s', (a, b) => expect(sound(a)).toBe(sound(b)));
it.each([
  ['smith', 'jones'],
  ['anna', 'hannah montana'],
])('%s does not sound like %s', (a, b) => expect(sound(a)).not.toBe(sound(b)));
