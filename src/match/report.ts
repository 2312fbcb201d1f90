/** What `kith match` says: which column was taken for what, which model decided, who was found, how good it is. */
import type { Figures } from '../analytics/partition-quality';
import { suspicion } from '../domain/matching/suspecting';
import type { MatchFile } from './reading';
import type { Matched } from './run';

const count = (n: number): string => n.toLocaleString('en');
const some = (n: number, one: string): string => `${count(n)} ${one}${n === 1 ? '' : 's'}`;
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const row = (label: string, text: string): string => `  ${label.padEnd(26)} ${text}`;

/** Customers to look at that words name. */
const SUSPECTS = 10;

/** Lines for people. */
export const matchWords = (matched: Matched): readonly string[] => [
  ...matched.files.flatMap(fileWords),
  `Model: ${matched.chosen.why} (${matched.modelHash.slice(0, 12)})`,
  ...customerWords(matched),
  ...qualityWords(matched),
];

function fileWords({ path, plan, rows, id }: MatchFile): readonly string[] {
  const means = plan.columns.filter(({ meaning }) => meaning.into !== 'id' || id.column !== undefined);
  const isGuessed = means.some(({ by }) => by === 'guessed');
  return [
    `${path}: ${some(rows.length, 'record')}`,
    ...means.map(({ column, word, by }) => row(word, `${column}${by === 'guessed' ? '  (guessed)' : ''}`)),
    ...(id.column === undefined ? [row('id', 'number of the row, from 1')] : []),
    ...(plan.ignored.length > 0 ? [row('not compared', plan.ignored.join(', '))] : []),
    ...(id.note ? [`  ${id.note}`] : []),
    ...(isGuessed
      ? ['  Say it otherwise with --column <meaning>=<column>; --column ignore=<column> leaves one out']
      : []),
  ];
}

function customerWords({ groups, candidates, related, statistics, measured }: Matched): readonly string[] {
  const several = groups.filter(({ records }) => records.length > 1);
  const linked = several.reduce((sum, { records }) => sum + records.length, 0);
  const { records, largest, suspects, suspected, demoted } = statistics;
  return [
    `${some(records, 'record')} are ${some(groups.length, 'customer')}: ${some(linked, 'record')} in ${some(several.length, 'customer')} of several records, the largest of ${count(largest)}`,
    ...suspects.slice(0, SUSPECTS).map((suspect) => row(`look at ${suspect.customer}`, suspicion(suspect))),
    ...(suspected > SUSPECTS
      ? [row('and', `at ${some(suspected - SUSPECTS, 'customer')} more; --json names a hundred`)]
      : []),
    `${some(candidates.length, 'pair')} to look at, ${some(related, 'pair')} related (household, colleagues) and not merged, ${some(demoted, 'contact point')} shared by too many to say anything`,
    `${measured.candidatesPerRecord.toFixed(1)} pairs compared per record; ${percent(measured.unlinkable)} of the records say too little to be linked to anything`,
  ];
}

const figures = ({ precision, recall, f1 }: Figures): string =>
  `precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}, F1 ${f1.toFixed(4)}`;

function qualityWords({ measured: { quality } }: Matched): readonly string[] {
  if (!quality) return [];
  const { records, parties, pairs, bCubed, impure, largest, blockingRecall, reviewPrecision } = quality;
  return [
    `Against the truth, ${count(parties)} parties in ${count(records)} records:`,
    row(
      'pairs',
      `${figures(pairs)}; ${count(pairs.all)} true ones, ${count(pairs.wrong)} wrong, ${count(pairs.missed)} missed`,
    ),
    row('B-cubed', figures(bCubed)),
    row(
      'impure customers',
      `${count(impure.count)} (${percent(impure.customers)}), with ${percent(impure.records)} of the records`,
    ),
    row('largest customer', count(largest)),
    row('blocking recall', blockingRecall.toFixed(4)),
    ...(reviewPrecision === undefined ? [] : [row('true among reviews', percent(reviewPrecision))]),
  ];
}

/** The same for a machine, with every customer. */
export const matchJson = (matched: Matched): object => ({
  files: matched.files.map(({ path, source, rows, plan, id }) => ({
    file: path,
    source,
    records: rows.length,
    id: id.column ?? null,
    columns: plan.columns.map(({ column, word, by }) => ({ column, meaning: word, by })),
    notCompared: plan.ignored,
  })),
  model: {
    hash: matched.modelHash,
    how: matched.chosen.how,
    why: matched.chosen.why,
    trainedOn: matched.chosen.model.trainedOn,
  },
  ...matched.statistics,
  links: matched.links.length,
  reviews: matched.candidates.length,
  related: matched.related,
  ...matched.measured,
  groups: matched.groups,
});
