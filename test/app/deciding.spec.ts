/** A wish about a pair becomes an event on the pair's stream once, or nothing where it holds; whatever was decided before. */
import { MemoryLog } from '../../eventstore/memory';
import { Deciding, type Wish } from '../../src/app/deciding';
import { recordId } from '../../src/domain/kernel';
import { pairStream, two } from '../../src/domain/link';
import { identitySeal } from '../../src/domain/seal';
import { passingKeys } from '../../src/keys/embedded';

const pair = two(recordId('a'.repeat(32)), recordId('b'.repeat(32)));
const other = two(recordId('a'.repeat(32)), recordId('c'.repeat(32)));
const evidence = { parts: [] };

const link = (of = pair, weight = 12): Wish => ({
  pair: of,
  command: { wants: 'linked', by: 'rule', weight, model: 'm', evidence },
});
const unlink = (by: 'rule' | 'steward'): Wish => ({ pair, command: { wants: 'unlinked', by, reason: 'no more' } });
const apart: Wish = { pair, command: { wants: 'apart', reason: 'two people' } };

function deciding() {
  const log = new MemoryLog();
  const types = async (of = pair) =>
    (await log.read(pairStream(of))).events.map(({ type }) => type.replace(/^kith\.|\.v1$/g, ''));
  return { log, types, deciding: new Deciding(log, passingKeys('t'), identitySeal, Date.now) };
}

test('a link that a rule wants is decided once', async () => {
  const { deciding: d, types } = deciding();
  expect(await d.decide([link(), link(other)])).toMatchObject([
    { outcome: 'decided', revision: 0n },
    { outcome: 'decided', revision: 0n },
  ]);
  expect(await d.decide([link(), link(other)])).toEqual([{ outcome: 'nothing' }, { outcome: 'nothing' }]);
  expect([await types(), await types(other)]).toEqual([['records-linked'], ['records-linked']]);
});

test('the very link that was retracted is decided again when it is wanted again', async () => {
  const { deciding: d, types } = deciding();
  await d.decide([link()]);
  await d.decide([unlink('rule')]);
  expect(await d.decide([link()])).toMatchObject([{ outcome: 'decided', revision: 2n }]);
  expect(await types()).toEqual(['records-linked', 'link-retracted', 'records-linked']);
});

test('a rule never links whom a person holds apart, whether it has seen that or not', async () => {
  const { deciding: d, types } = deciding();
  await d.decide([apart], 'steward');
  expect(await d.decide([link()])).toEqual([{ outcome: 'nothing' }]);
  expect(await types()).toEqual(['records-held-apart']);
});

test('several wishes about one pair are decided one after the other', async () => {
  const { deciding: d, types } = deciding();
  const related: Wish = { pair, command: { wants: 'related', relation: 'household' } };
  expect(await d.decide([related, link(), link(pair, 13)])).toMatchObject([
    { outcome: 'decided', revision: 0n },
    { outcome: 'decided', revision: 1n },
    { outcome: 'nothing' },
  ]);
  expect(await types()).toEqual(['relation-found', 'records-linked']);
});

test('two who decide at once both get an answer, and the pair one decision', async () => {
  const { deciding: d, log, types } = deciding();
  const rival = new Deciding(log, passingKeys('t'), identitySeal, Date.now);
  const answers = await Promise.all([d.decide([link()]), rival.decide([link(pair, 13)])]);
  expect(
    answers
      .flat()
      .map(({ outcome }) => outcome)
      .sort(),
  ).toEqual(['decided', 'nothing']);
  expect(await types()).toEqual(['records-linked']);
});
