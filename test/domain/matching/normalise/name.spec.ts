/** However a name is written, its parts are the same; and what is no name says nothing. */
import type { DescribedName } from '../../../../src/domain/matching/described';
import { personName } from '../../../../src/domain/matching/normalise/name';

const read = (name: DescribedName) => {
  const [found] = personName(name);
  return found && { given: found.given, middle: found.middle, family: found.family };
};

describe('one name in several spellings', () => {
  it.each<[string, ...DescribedName[]]>([
    ['umlauts', { full: 'Jürgen Müller' }, { full: 'Juergen Mueller' }, { given: 'JURGEN', family: 'Muller' }],
    ['Cyrillic', { full: 'Оксана Петренко' }, { given: 'Oksana', family: 'Petrenko' }],
    ['titles', { full: 'Prof. Dr. Ada Stern' }, { given: 'Frau Ada', family: 'Stern' }, { full: 'Stern, Ada' }],
    ['an apostrophe', { full: "Seán O'Hare" }, { full: 'Sean O’Hare' }, { given: 'Sean', family: 'OHare' }],
    [
      'one family word in characters and pinyin',
      { full: '王小明' },
      { full: 'Wang Xiaoming' },
      { full: 'Xiaoming Wang' },
    ],
    [
      'syllables apart',
      { full: 'WANG, Xiao-Ming' },
      { full: 'Wang Xiao Ming' },
      { given: 'Xiao Ming', family: 'Wang' },
    ],
    ['particles', { full: 'Ludwig van Beethoven' }, { given: 'Ludwig', family: 'van Beethoven' }],
  ])('%s', (_, first, ...others) => {
    expect(read(first)).toBeDefined();
    for (const other of others) expect(read(other)).toEqual(read(first));
  });
});

describe('Chinese family names', () => {
  it.each([
    ['单田芳', 'shan', 'tianfang'],
    ['仇和', 'qiu', 'he'],
    ['欧阳修', 'ouyang', 'xiu'],
  ])('%s is read as a family name is', (full, family, given) => {
    expect(read({ full })).toEqual({ given, middle: '', family });
  });

  it('stand last where the words are not Chinese, or both could be the family', () => {
    expect(read({ full: 'Han Solo' })).toMatchObject({ given: 'han', family: 'solo' });
    expect(read({ full: 'Long John Silver' })).toMatchObject({ given: 'long', family: 'silver' });
    expect(read({ full: 'Wei Wang' })).toMatchObject({ given: 'wei', family: 'wang' });
  });
});

describe('parts', () => {
  it('two family names are one and each', () => {
    const [name] = personName({ given: 'José Luis', family: 'García', secondFamily: 'Lopez' });
    expect(name).toMatchObject({ given: 'jose', middle: 'luis', families: ['garcia', 'lopez'] });
  });

  it('initials stay initials', () => {
    expect(read({ full: 'J.L. Garcia' })).toEqual({ given: 'j', middle: 'l', family: 'garcia' });
    expect(read({ given: 'JL', family: 'Garcia' })).toEqual({ given: 'j', middle: 'l', family: 'garcia' });
  });

  it.each<[DescribedName, string]>([
    [{ full: 'David Dobbins Jr' }, 'jr'],
    [{ full: 'David Dobbins, Junior' }, 'jr'],
    [{ given: 'David', family: 'Dobbins', suffix: 'Jr.' }, 'jr'],
    [{ given: 'David', family: 'Dobbins Senior' }, 'sr'],
    [{ full: 'David Dobbins III' }, '3'],
    [{ full: 'David Dobbins' }, ''],
  ])('the generation of %j is %j', (name, suffix) => {
    expect(personName(name)[0]).toMatchObject({ given: 'david', family: 'dobbins', suffix });
  });

  it('a nickname is found under the formal name, and a short name under itself', () => {
    const token = (given: string) => personName({ given, family: 'Stern' })[0]?.givenToken;
    expect(token('Bob')).toBe(token('Robert'));
    expect(token('Bo')).toBe('bo');
    expect(token('L')).toBe('');
  });
});

it.each(['n/a', 'unknown', '', '---', 'null'])('%j is nobody', (full) => {
  expect(personName({ full })).toEqual([]);
  expect(personName({ given: full, family: full })).toEqual([]);
});
