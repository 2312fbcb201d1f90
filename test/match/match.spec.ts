/** `kith match` on real files: who is one customer, what is written, what is said, and what is refused. */
import { matchTrial, type MatchTrial, people } from './trial';

let t: MatchTrial;
beforeEach(() => {
  t = matchTrial();
});
afterEach(() => t.end());

const SMALL = [
  'E_MAIL,first_name,surname,dob,note',
  'ada@lovelace.org,Ada,Lovelace,1815-12-10,"says ""hello"", twice"',
  'ada@lovelace.org,Ada,Lovelaec,1815-12-10,',
  'bruno@huber.at,Bruno,Huber,1970-05-04,"a note',
  'of two lines"',
].join('\n');

describe('what is written', () => {
  it('every row keeps its columns and its place, with its record and its customer behind it', () => {
    const { code, err } = t.match(t.file('a.csv', SMALL), '--out', 'out.csv');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(t.read('out.csv')).toBe(
      [
        'E_MAIL,first_name,surname,dob,note,kith_record,kith_customer',
        'ada@lovelace.org,Ada,Lovelace,1815-12-10,"says ""hello"", twice",1,1',
        'ada@lovelace.org,Ada,Lovelaec,1815-12-10,,2,1',
        'bruno@huber.at,Bruno,Huber,1970-05-04,"a note\nof two lines",3,3',
        '',
      ].join('\n'),
    );
  });

  it('the same files give the same bytes', () => {
    t.file('a.csv', people(200));
    const all = (mark: string) =>
      ['out', 'pairs', 'review', 'save-model'].flatMap((name) => [`--${name}`, `${name}${mark}`]);
    t.match('a.csv', ...all('1'));
    t.match('a.csv', ...all('2'));
    for (const name of ['out', 'pairs', 'review', 'save-model']) expect(t.read(`${name}1`)).toBe(t.read(`${name}2`));
  });

  it('the delimiter and the white space of the file stay', () => {
    t.match(t.file('a.csv', 'name; born; email\nAda Byron; 1815-12-10; ada@b.org\n'), '--out', 'out.csv');
    expect(t.read('out.csv')).toBe('name;born;email;kith_record;kith_customer\nAda Byron; 1815-12-10; ada@b.org;1;1\n');
  });

  it('several files are several sources: their columns side by side, their records named by source', () => {
    t.file('shop.csv', 'id,name,email\n7,Ada Lovelace,ada@lovelace.org\n');
    t.file('desk.csv', 'id,full name,mail,dob\n7,Lovelace Ada,ada@lovelace.org,1815\n');
    const { out } = t.match('shop.csv', 'desk.csv', '--out', 'out.csv');
    expect(out).toContain('desk.csv: 1 record\n');
    expect(t.read('out.csv')).toBe(
      [
        'id,name,email,full name,mail,dob,kith_source,kith_record,kith_customer',
        '7,Ada Lovelace,ada@lovelace.org,,,,shop,shop:7,shop:7',
        '7,,,Lovelace Ada,ada@lovelace.org,1815,desk,desk:7,shop:7',
        '',
      ].join('\n'),
    );
  });

  it('a link comes with its weight and its evidence in words', () => {
    t.match(t.file('a.csv', SMALL), '--pairs', 'pairs.csv');
    const [head, link = '', ...more] = t.read('pairs.csv').trimEnd().split('\n');
    expect([head, more]).toEqual(['a,b,bits,evidence,customer', []]);
    expect(link).toMatch(/^1,2,\d+\.\d\d,"?before anything is compared: −.*date of birth: same \(\+.*,1$/);
  });
});

describe('which column means what', () => {
  it('header names are understood, and what was understood is said', () => {
    const { out } = t.match(t.file('a.csv', SMALL));
    for (const line of ['email +E_MAIL', 'given +first_name', 'family +surname', 'birth +dob']) {
      expect(out).toMatch(new RegExp(`^  ${line}  \\(guessed\\)$`, 'm'));
    }
    expect(out).toMatch(/^ {2}not compared +note$/m);
  });

  it('what is said of a column goes before the guess', () => {
    const { out } = t.match(t.file('a.csv', SMALL), '--column', 'trait:remark=note', '--column', 'ignore=dob');
    expect(out).toMatch(/^ {2}trait:remark +note$/m);
    expect(out).toMatch(/^ {2}not compared +dob$/m);
  });

  it('a columns file says it for all, and nothing else is compared', () => {
    t.file('columns.json', '{"E_MAIL": "email", "surname": "family"}');
    const { files } = JSON.parse(t.match(t.file('a.csv', SMALL), '--columns', 'columns.json', '--json').out);
    expect(files[0].columns).toEqual([
      { column: 'E_MAIL', meaning: 'email', by: 'said' },
      { column: 'surname', meaning: 'family', by: 'said' },
    ]);
    expect(files[0].notCompared).toEqual(['first_name', 'dob', 'note']);
  });

  it('a guessed id that does not name the records is not used, and that is said', () => {
    const { out } = t.match(t.file('a.csv', 'customer_id,name,email\n1,Ada Byron,a@b.org\n1,Bea Byron,b@b.org\n'));
    expect(out).toContain('customer_id does not name the records (line 3: the id "1" stands in line 2 already)');
  });

  it('the truth is never compared', () => {
    const truth = 'E_MAIL,name\na@b.org,Ada Byron\na@b.org,Bea Smith\n';
    const { files } = JSON.parse(t.match(t.file('a.csv', truth), '--truth', 'E_MAIL', '--json').out);
    expect(files[0].columns).toEqual([{ column: 'name', meaning: 'name', by: 'guessed' }]);
  });
});

describe('the model', () => {
  it('is trained where there is enough to learn from, and a frozen one decides the same', () => {
    t.file('a.csv', people(200));
    const { out } = t.match('a.csv', '--truth', 'person', '--save-model', 'model.json', '--out', 'first.csv');
    expect(out).toContain('Model: trained on these 400 records, without labels');
    expect(out).toMatch(/pairs +precision 1\.0000, recall (1\.0|0\.9)\d+, F1 (1\.0|0\.9)\d+; 200 true ones, 0 wrong/);
    const again = t.match('a.csv', '--truth', 'person', '--model', 'model.json', '--out', 'second.csv');
    expect(again.out).toContain('Model: the frozen model of model.json; it was trained on 400 records');
    expect(t.read('second.csv')).toBe(t.read('first.csv'));
  });

  it('is the default one for a few records, and it is said why', () => {
    t.file('a.csv', people(10));
    expect(t.match('a.csv').out).toContain('20 records are too few to learn weights from');
    expect(t.match('a.csv', '--no-train').out).toContain('since training was declined');
  });
});

describe('why', () => {
  it('two records are one customer', () => {
    const { out } = t.match(t.file('a.csv', SMALL), '--explain', '1', '2');
    expect(out).toMatch(/^1 and 2: \d+\.\d bits\n {2}they are one customer\n/);
    expect(out).toContain('family name: close');
  });

  it('two records are not, also when the file comes last', () => {
    const { out, code } = t.match('--explain', '1', '3', t.file('a.csv', SMALL));
    expect(code).toBe(0);
    expect(out).toContain('not linked');
  });

  it('as JSON, whose parts add up to the score', () => {
    const { out } = t.match(t.file('a.csv', SMALL), '--explain', '1', '2', '--json');
    const { score, evidence } = JSON.parse(out);
    const sum = evidence.parts.reduce(
      (all: number, { weight, frequency }: { weight: number; frequency: number }) => all + weight + frequency,
      evidence.prior,
    );
    expect(sum).toBeCloseTo(score, 9);
  });
});

describe('a customer that looks like several', () => {
  const rows = [
    ['aaaaaa@stern.example.net', '+43 732 100000'],
    ['aaaaaa@stern.example.net', '+43 732 271828'],
    ['bbbbbb@stern.example.net', '+43 732 271828'],
    ['bbbbbb@stern.example.net', '+43 732 314159'],
    ['cccccc@stern.example.net', '+43 732 314159'],
  ];
  const file = (): string =>
    t.file('a.csv', ['given,family,email,phone', ...rows.map((row) => ['Ida', 'Stern', ...row].join())].join('\n'));

  it('is named for somebody to look, with the reason', () => {
    const { out } = t.match(file());
    expect(out).toContain('1 customer');
    expect(out).toMatch(/look at 1 +5 records: only 40 % of their pairs are linked\n/);
  });

  it('is named for a machine too', () => {
    const { suspected, suspects } = JSON.parse(t.match(file(), '--json').out);
    expect({ suspected, suspects }).toEqual({
      suspected: 1,
      suspects: [{ customer: '1', records: 5, density: 0.4, alarms: ['density'] }],
    });
  });
});

describe('what is refused says what, where and what to do', () => {
  const small = 'id,name,email\n1,Ada Byron,a@b.org\n2,Bea Byron,b@b.org\n';
  it.each<[string, string, readonly string[], string]>([
    [
      'a missing column',
      small,
      ['--column', 'email=E_MAIL'],
      'a.csv has no column "E_MAIL", the nearest one is "email"; it has "id", "name", "email"',
    ],
    ['a missing truth', small, ['--truth', 'cluster'], 'a.csv has no column "cluster"'],
    [
      'an unknown meaning',
      small,
      ['--column', 'emial=email'],
      '--column emial=email: "emial" is no meaning, the nearest one is "email"',
    ],
    ['a pair without a column', small, ['--column', 'email'], 'write --column <meaning>=<column>'],
    [
      'two columns of one meaning',
      small,
      ['--column', 'given=name', '--column', 'given=email'],
      '"name" and "email" both mean given',
    ],
    ['broken quoting', 'id,name\n1,"Ada\n2,Bea\n', [], 'a.csv, line 2: a quote opens here that is never closed'],
    ['a row that is too short', 'id,name,email\n1,Ada\n', [], 'a.csv, line 2: the row has 2 cells, the header has 3'],
    [
      'a duplicate id',
      'id,name\n1,Ada\n1,Bea\n',
      ['--id', 'id'],
      'a.csv, line 3: the id "1" stands in line 2 already in the column "id"',
    ],
    ['an empty id', 'id,name\n,Ada\n', ['--id', 'id'], 'a.csv, line 2: there is no id in the column "id"'],
    ['an empty file', '', [], 'a.csv is empty; a header row is wanted'],
    ['a file without rows', 'id,name\n', [], 'a.csv has a header and no rows'],
    [
      'nothing to compare',
      'x,y\n1,2\n',
      [],
      'nothing in a.csv can be compared: no meaning is known for its columns "x", "y"',
    ],
    ['too few records to train on', small, ['--train'], '2 records are too few to train on'],
    ['an unknown record', small, ['--explain', '1', '9'], 'there is no record "9"; records are named id'],
    ['half a question', small, ['--explain', '1'], '--explain wants the ids of two records'],
    ['a region that is none', small, ['--region', 'Austria'], '--region Austria is no country of two letters'],
    ['a model that is to be trained', small, ['--model', 'm.json', '--train'], 'say either --model or --train'],
  ])('%s', (_what, text, args, sentence) => {
    const { code, err } = t.match(t.file('a.csv', text), ...args);
    expect(err).toContain(sentence);
    expect(code).toBe(2);
  });

  it('an output that would write over a file that was read', () => {
    const { code, err } = t.match(t.file('a.csv', small), '--out', './a.csv');
    expect({ code, err }).toEqual({
      code: 2,
      err: 'kith: ./a.csv is used twice, and would be written over; choose another file\n',
    });
    expect(t.read('a.csv')).toBe(small);
  });

  it('no file at all', () => {
    expect(t.match().err).toContain('say which files: kith match <file.csv> …');
  });

  it('a file that is not there', () => {
    const { code, err } = t.match('nowhere.csv');
    expect(err).toContain('no such file');
    expect(code).toBe(2);
  });

  it.each<[string, (model: Record<string, unknown>) => unknown, string]>([
    [
      'of another version',
      (model) => ({ ...model, version: 7 }),
      'm.json: it is a model of version 7, and this Kith reads version 1',
    ],
    ['that lacks a part', ({ prior: _prior, ...model }) => model, 'm.json: /prior is missing'],
    [
      'with other levels',
      (model) => ({ ...model, comparisons: { ...Object(model['comparisons']), gender: { m: [1], u: [1] } } }),
      '/comparisons/gender/m has 1 levels and not 2',
    ],
    ['that is none', () => [], 'm.json: it is no model; train a new one'],
  ])('a model %s', (_what, change, sentence) => {
    t.match(t.file('a.csv', small), '--save-model', 'm.json');
    t.file('m.json', JSON.stringify(change(JSON.parse(t.read('m.json')))));
    const { code, err } = t.match('a.csv', '--model', 'm.json');
    expect(err).toContain(sentence);
    expect(code).toBe(2);
  });
});
