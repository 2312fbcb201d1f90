/** Blocks and their members against the plainest model of them: a set for each block. */
import { drawing } from '../../../src/domain/matching/hashing';
import { Postings } from '../../../src/domain/matching/postings';

const RECORDS = 60;
const BLOCKS = 25;
const sorted = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);
/** Far apart, so that both halves of a number matter. */
const numberOf = (block: number): number => (block % 5) * 2 ** 32 + Math.floor(block / 5);

it.each([1, 2, 3])('records that come and go leave every block with its members (seed %i)', (seed) => {
  const random = drawing(seed);
  const postings = new Postings();
  const model = new Map<number, number[]>();
  for (let step = 0; step < 2_000; step++) {
    const record = random(RECORDS);
    if (model.has(record)) {
      postings.drop(record);
      model.delete(record);
    } else {
      // The first blocks are in nearly all records, the last ones in few: runs grow, shrink and are used again.
      const blocks = Array.from({ length: BLOCKS }, (_, block) => block).filter((block) => random(BLOCKS) >= block);
      postings.add(record, blocks.map(numberOf));
      model.set(record, blocks);
    }
    const block = random(BLOCKS);
    const members = [...model].filter(([, blocks]) => blocks.includes(block)).map(([one]) => one);
    const index = postings.find(numberOf(block));
    if (index < 0) continue;
    expect(sorted(postings.members(index))).toEqual(sorted(members));
    expect(postings.size(index)).toBe(members.length);
  }
  for (const [record, blocks] of model) {
    expect(postings.blocksOf(record).map((block) => postings.number(block))).toEqual(blocks.map(numberOf));
    const others = new Set<number>();
    postings.around(
      record,
      () => true,
      (other) => others.add(other),
    );
    const expected = [...model].filter(([one, of]) => one !== record && of.some((block) => blocks.includes(block)));
    expect(sorted(others)).toEqual(sorted(expected.map(([one]) => one)));
    for (const other of model.keys()) {
      if (other !== record) expect(postings.share(record, other, () => true)).toBe(others.has(other));
    }
  }
});
