// Identity resolution on labelled records: the table of what must be reached, and beside it what is always reported. The
// model is trained on the same records without their labels, and frozen before the truth is looked at.
import { createRequire } from 'node:module';
import { doors } from './identity-doors.mjs';
import { fake1000, febrl, isThere, nameChecks, senzing, syntheticCrm } from './identity-sets.mjs';

const require = createRequire(import.meta.url);
const { blockingRecall, errorsOf, qualityOf } = require('../../dist/src/analytics/partition-quality.js');
const dist = '../../dist/src/domain/matching';
const { Resolver } = require(`${dist}/resolver.js`);
const { train } = require(`${dist}/training.js`);
const { modelHash } = require(`${dist}/model.js`);
const { firstSettings } = require(`${dist}/settings.js`);
const { namesMatch } = require(`${dist}/matching-names.js`);
const { drawing } = require(`${dist}/hashing.js`);

const SEED = 20260101;
const PERMUTATIONS = 5;

export async function run(report) {
  if (!isThere) return report.skip('identity', 'the labelled records are not there');
  for (const [number, bar] of [
    [1, 0.999],
    [2, 0.997],
    [3, 0.998],
  ])
    f1At(report, febrl(number), bar, 0.9995);
  f1At(report, febrl(3, { identifier: false }), 0.993, 0.9995);
  f1At(report, fake1000(), 0.9, 0.99);
  truthSet(report, senzing());
  crm(report, syntheticCrm());
  names(report);
  await doors(report);
}

function shuffled(list, seed) {
  const random = drawing(seed);
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

const partitionOf = (resolver) => resolver.partition().map(({ id, records }) => `${id}: ${records.join(' ')}`);

function resolve({ name, described, truth }, report) {
  const model = train(described, { settings: firstSettings, seed: SEED });
  const resolver = new Resolver(model);
  for (const one of described) resolver.put(one);
  const groups = resolver.partition().map(({ records }) => records);
  const found = qualityOf(groups, truth);
  const errors = errorsOf(groups, truth);
  always(
    report,
    name,
    resolver,
    described,
    found,
    blockingRecall(groups, truth, (a, b) => resolver.meet(a, b)),
  );
  anyOrder(report, name, model, described, partitionOf(resolver));
  return { resolver, found, errors };
}

/** What is reported for every set; these figures have no bar. */
function always(report, name, resolver, described, found, met) {
  const { compared } = resolver.statistics();
  const row = (what, figure) => report({ row: `identity: ${name}: ${what}`, figure, bar: '–', reached: true });
  row('pairwise precision', found.pairs.precision);
  row('pairwise recall', found.pairs.recall);
  row('B-cubed F1', found.bCubed.f1);
  row('impure customers', found.impure.customers);
  row('largest customer', found.largest);
  row('blocking recall', met);
  row('pairs compared per record', compared / described.length);
  row('share unlinkable', described.filter((one) => resolver.isUnlinkable(one.id)).length / described.length);
}

/** Other orders of arrival, half of the records told twice and some taken out and put back, give the same customers. */
function anyOrder(report, name, model, described, expected) {
  let different = 0;
  const trained = modelHash(train(shuffled(described, 99), { settings: firstSettings, seed: SEED }));
  for (let seed = 1; seed <= PERMUTATIONS; seed++) {
    const resolver = new Resolver(model);
    for (const [i, one] of shuffled(described, seed).entries()) {
      resolver.put(one);
      if (i % 7 === 0) resolver.remove(one.id);
      if (i % 50 === 0) resolver.drain();
    }
    for (const one of shuffled(described, seed + 100)) if (resolver.clusterOf(one.id) === undefined) resolver.put(one);
    const got = new Set(partitionOf(resolver));
    different += expected.filter((line) => !got.has(line)).length;
  }
  report({
    row: `identity: ${name}: customers that differ by order of arrival`,
    figure: different,
    bar: 0,
    reached: different === 0,
  });
  report({
    row: `identity: ${name}: models that differ by order of training`,
    figure: trained === modelHash(model) ? 0 : 1,
    bar: 0,
    reached: trained === modelHash(model),
  });
}

function f1At(report, set, bar, precision) {
  const { found } = resolve(set, report);
  report({
    row: `identity: ${set.name}: F1 at precision ≥ ${precision}`,
    figure: found.pairs.f1,
    bar,
    reached: found.pairs.f1 >= bar && found.pairs.precision >= precision,
  });
}

function truthSet(report, set) {
  const { resolver, found, errors } = resolve(set, report);
  const { recall, wrong } = found.pairs;
  report({ row: `identity: ${set.name}: pairs found`, figure: recall, bar: 0.9, reached: recall >= 0.9 });
  report({
    row: `identity: ${set.name}: false merges`,
    figure: wrong,
    bar: 0,
    reached: wrong === 0,
  });
  for (const [kind, pairs] of Object.entries(errors)) {
    for (const [a, b] of pairs) console.error(`  ${kind}: ${a} and ${b}: ${resolver.explain(a, b).words[0]}`);
  }
}

function crm(report, set) {
  const { resolver, found } = resolve(set, report);
  const candidates = resolver.candidates();
  const load = (candidates.length * 1000) / set.described.length;
  const right = candidates.filter(({ a, b }) => set.truth(a) === set.truth(b)).length / Math.max(1, candidates.length);
  const { impure, pairs } = found;
  const enough = pairs.recall >= 0.68;
  const row = (what, figure, bar, reached) => report({ row: `identity: ${set.name}: ${what}`, figure, bar, reached });
  row(
    'customers made of several people, at recall ≥ .68',
    impure.customers,
    0.012,
    enough && impure.customers <= 0.012,
  );
  row('records in such customers, at recall ≥ .68', impure.records, 0.025, enough && impure.records <= 0.025);
  row('review load per 1,000 records', load, 60, load <= 60);
  row('share of reviews that are true', right, 0.3, right >= 0.3);
}

function names(report) {
  const checks = nameChecks();
  const right = checks.filter(
    ({ match, schema, query, candidate }) => namesMatch(query, candidate, schema) === match,
  ).length;
  report({
    row: 'identity: name checks answered as people did',
    figure: right / checks.length,
    bar: '–',
    reached: true,
  });
}
