/**
 * Which column of a file means what: what somebody said, and for the rest what the header names say. A column that is
 * named and not there, or a word that means nothing, is an error before the first row.
 */
import { reasonOf, Refusal } from '../domain/refusals';
import { nearest } from '../import/columns';
import { isObject } from '../import/shapes';
import { guessOf, type Meaning, meaningOf } from './meanings';

/** What somebody said: column → word. `guess` says whether columns that are not named are guessed. */
export interface Choice {
  readonly words: ReadonlyMap<string, string>;
  readonly guess: boolean;
}

export interface Planned {
  readonly column: string;
  /** Place of its cell in a row. */
  readonly at: number;
  readonly word: string;
  readonly meaning: Meaning;
  readonly by: 'said' | 'guessed';
}

export interface Plan {
  readonly columns: readonly Planned[];
  /** Columns that are carried along and not compared. */
  readonly ignored: readonly string[];
  /** Place of the column that names the truth, which nothing else may look at. */
  readonly truth: number | undefined;
}

export interface ChoiceAsked {
  /** Path and text of a columns file. */
  readonly file?: { readonly path: string; readonly text: string };
  /** As typed: `email=E_MAIL`. */
  readonly pairs: readonly string[];
  /** Column that names the records. */
  readonly id?: string;
}

/** Throws `mapping-malformed` with the place and what to do. */
export function choiceOf({ file, pairs, id }: ChoiceAsked): Choice {
  const words = new Map<string, string>();
  if (file) for (const [column, word] of inFile(file)) words.set(column, known(word, `${file.path}, ${quote(column)}`));
  for (const pair of pairs) {
    const [, word = '', column = ''] = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(pair) ?? [];
    if (column === '') {
      throw new Refusal(
        'mapping-malformed',
        `--column ${pair} says nothing; write --column <meaning>=<column>, as in --column email=E_MAIL`,
      );
    }
    words.set(column, known(word, `--column ${pair}`));
  }
  if (id !== undefined) {
    for (const [column, word] of words) if (word === 'id' && column !== id) words.delete(column);
    words.set(id, 'id');
  }
  return { words, guess: file === undefined };
}

const quote = (text: string): string => JSON.stringify(text);

function known(word: string, where: string): string {
  const meaning = meaningOf(word);
  if (typeof meaning === 'string') throw new Refusal('mapping-malformed', `${where}: ${meaning}`);
  return word;
}

function inFile({
  path,
  text,
}: {
  readonly path: string;
  readonly text: string;
}): readonly (readonly [string, string])[] {
  const example = 'it must be an object of column names and meanings: {"E_MAIL": "email", "TEL": "phone"}';
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch (problem) {
    throw new Refusal('mapping-malformed', `${path} is no JSON (${reasonOf(problem)}); ${example}`);
  }
  if (!isObject(said)) throw new Refusal('mapping-malformed', `${path} is no columns file; ${example}`);
  return Object.entries(said).map(([column, word]) => {
    if (typeof word !== 'string') {
      throw new Refusal('mapping-malformed', `${path}, ${quote(column)}: a meaning is a text; ${example}`);
    }
    return [column, word];
  });
}

/** Every column that was named must be in one of the files. Throws `mapping-malformed`. */
export function checkNames(
  choice: Choice,
  truth: string | undefined,
  headers: ReadonlyMap<string, readonly string[]>,
): void {
  const all = [...new Set([...headers.values()].flat())];
  for (const name of [...choice.words.keys(), ...(truth === undefined ? [] : [truth])]) {
    if (all.includes(name)) continue;
    const where = headers.size === 1 ? `${[...headers.keys()][0] ?? 'the file'} has` : 'none of the files has a';
    const near = nearest(name, all);
    throw new Refusal(
      'mapping-malformed',
      `${where}${headers.size === 1 ? ' no' : ''} column ${quote(name)}${near === undefined ? '' : `, the nearest one is ${quote(near)}`}; ${headers.size === 1 ? 'it has' : 'they have'} ${all.map(quote).join(', ')}`,
    );
  }
}

/** The plan for one file. Throws `mapping-malformed` where a name is ambiguous or nothing could be compared. */
export function planOf(file: string, header: readonly string[], choice: Choice, truth?: string): Plan {
  const columns: Planned[] = [];
  const ignored: string[] = [];
  for (const [at, column] of header.entries()) {
    const isNamed = choice.words.has(column) || column === truth;
    if (isNamed && header.indexOf(column) !== at) {
      throw new Refusal(
        'mapping-malformed',
        `${file} has two columns named ${quote(column)} (${header.indexOf(column) + 1} and ${at + 1}); rename one of them`,
      );
    }
    const said = choice.words.get(column);
    const word = said ?? (choice.guess && column !== truth ? guessOf(column) : undefined);
    const planned =
      word === undefined ? undefined : plannedOf(column, at, word, said === undefined ? 'guessed' : 'said');
    if (planned && planned.meaning.into !== 'nothing') columns.push(planned);
    else if (column !== truth) ignored.push(column);
  }
  const settled = settle(file, columns, ignored);
  if (!settled.some(({ meaning }) => meaning.into !== 'id' && meaning.into !== 'kind' && meaning.into !== 'recorded')) {
    throw new Refusal(
      'mapping-malformed',
      `nothing in ${file} can be compared: no meaning is known for its columns ${header.map(quote).join(', ')}; say it with --column <meaning>=<column>, as in --column email=${header[0] ?? 'E_MAIL'}, or in a --columns file`,
    );
  }
  const at = truth === undefined ? -1 : header.indexOf(truth);
  return { columns: settled, ignored, truth: at < 0 ? undefined : at };
}

function plannedOf(column: string, at: number, word: string, by: Planned['by']): Planned | undefined {
  const meaning = meaningOf(word);
  return typeof meaning === 'string' ? undefined : { column, at, word, meaning, by };
}

/** Values of which a record has one; another full name is another name, another line of an address is added to it. */
const isSingle = ({ into, member }: Meaning): boolean =>
  into === 'id' ||
  into === 'kind' ||
  into === 'recorded' ||
  (into === 'name' && member !== 'full') ||
  (into === 'address' && member !== 'lines') ||
  (into === 'organisation' && member !== 'full');

/** Of two columns with one single meaning the one that somebody named counts; two that were named are an error. */
function settle(file: string, columns: readonly Planned[], ignored: string[]): readonly Planned[] {
  const [taken, names] = [new Map<string, Planned>(), new Set<number>()];
  const has = (word: string): boolean => columns.some((one) => one.word === word);
  const lined = has('number') && !has('street');
  for (const one of [...columns].sort(
    (x, y) => Number(x.by === 'guessed') - Number(y.by === 'guessed') || x.at - y.at,
  )) {
    let found = lined && one.word === 'address' && one.by === 'guessed' && !taken.has('street') ? street(one) : one;
    if (found.meaning.into === 'name' && found.meaning.member === 'full') found = nextName(found, names);
    const key = isSingle(found.meaning) ? found.word : `${found.word} ${found.at}`;
    const before = taken.get(key);
    if (before && found.by === 'said') {
      throw new Refusal(
        'mapping-malformed',
        `${file}: ${quote(before.column)} and ${quote(found.column)} both mean ${found.word}, and a record has only one; leave one out with --column ignore=${found.column}`,
      );
    }
    if (before) ignored.push(found.column);
    else taken.set(key, found);
  }
  return [...taken.values()].sort((x, y) => x.at - y.at);
}

/** Where house numbers have a column of their own, the first line of an address is its street. */
const street = (one: Planned): Planned => plannedOf(one.column, one.at, 'street', one.by) ?? one;

function nextName(one: Planned, names: Set<number>): Planned {
  let { place } = one.meaning;
  while (names.has(place)) place++;
  names.add(place);
  return place === one.meaning.place ? one : { ...one, word: `name#${place}`, meaning: { ...one.meaning, place } };
}
