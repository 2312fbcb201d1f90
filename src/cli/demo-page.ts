/** The demo's page of text: headings, columns, and lines that never grow wider than it. */
import { print } from './running';

const WIDTH = 100;

export function heading(text: string): void {
  print();
  print(`── ${text} ${'─'.repeat(Math.max(3, WIDTH - 4 - widthOf(text)))}`);
  print();
}

export const indent = (text: string): string => `  ${text}`;

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Rows one below the other, in so many columns. */
export function columns(rows: readonly string[], across: number): void {
  const down = Math.ceil(rows.length / across);
  for (let i = 0; i < down; i++) print(indent(rows.filter((_, at) => at % down === i).join('     ')));
}

/** Broken between words into as many lines as it takes; all but the first begin at column `hang`. */
export function wrap(text: string, hang: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S )/u)) {
    if (widthOf(line) + widthOf(word.trimEnd()) > WIDTH) {
      lines.push(line.trimEnd());
      line = ' '.repeat(hang);
    }
    line += word;
  }
  return [...lines, line];
}

/** Cut where it is too wide; what stands in ‹› at its end stays. */
export function fit(text: string): string {
  if (widthOf(text) <= WIDTH) return text;
  const [tail = ''] = /\s+‹[^›]*›$/u.exec(text) ?? [];
  let kept = '';
  for (const letter of text.slice(0, text.length - tail.length)) {
    if (widthOf(kept) + widthOf(letter) + widthOf(tail) + 1 > WIDTH) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…${tail}`;
}

/** Columns on a terminal: letters of East Asia take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += EAST.test(letter) ? 2 : 1;
  return width;
}

const EAST = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;
