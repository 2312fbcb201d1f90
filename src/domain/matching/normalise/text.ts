/**
 * Text as it is compared: one alphabet, one case, no marks. Umlauts have two spellings, plain and with an e (Müller,
 * Mueller, Muller); both fold to the plain one. It must never be shown to people: raw values are kept beside it.
 */
import anyAscii from 'any-ascii';

const NOTHING = new Set(
  'null nil none nan na n/a n.a. nichts unknown unbekannt undefined anonymous anonym missing empty blank test -1 - -- . ? x xx xxx xxxx not.provided notprovided tbd tba'.split(
    ' ',
  ),
);

/** Whether people or systems write this where they have no value; also one sign repeated, as in 0000 or ------. */
export function isNothing(text: string): boolean {
  const plain = text.trim().toLowerCase();
  if (plain === '' || NOTHING.has(plain) || (plain.includes(' ') && NOTHING.has(plain.replaceAll(' ', '.'))))
    return true;
  const [first, second] = [plain.charCodeAt(0), plain.charCodeAt(1)];
  if (first !== second && first < 0x80) return false;
  return plain.length >= 3 && /^(.)\1+$/u.test(plain) && !/\p{L}/u.test(plain);
}

const PLAIN = /^[a-z0-9]*$/;
const ASCII = /^[\x20-\x7e]*$/;

/** Lower-case ASCII. Apostrophes inside words vanish (O'Hare is Ohare), everything else that is no letter or digit is a space. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text;
  const whole = ASCII.test(text) ? text : anyAscii(text.normalize('NFKC'));
  return whole
    .toLowerCase()
    .replace(/['`’]/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** Without the e of ae, oe and ue, so that the two spellings of an umlaut are one. */
export const withoutUmlauts = (folded: string): string => folded.replace(/([aou])e/g, '$1');

export const words = (folded: string): readonly string[] => (folded === '' ? [] : folded.split(' '));

/** Whether the text has a character of Chinese script. */
export const isHan = (text: string): boolean => /\p{Script=Han}/u.test(text);
