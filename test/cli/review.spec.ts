/** What a steward reads on the command line: which customers to look at, why a link ended, and which value it was. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openKith } from '../../src/compose';
import { decode } from '../../src/domain/envelope';
import { VALUE_DEMOTED } from '../../src/domain/generic-value';
import { type JsonObject, textOf } from '../../src/domain/kernel';
import { defaultModel } from '../../src/domain/matching/model';
import { folder } from '../folder';
import { recordIn, said } from '../given';

const main = join(__dirname, '../../dist/src/main.js');

/** A folder of data, and the command line over it. */
function shop() {
  const { path, remove } = folder();
  const data = join(path, 'shop');
  const kith = async (...words: string[]) =>
    (await promisify(execFile)(process.execPath, [main, ...words, '--data', data])).stdout;
  return { path, data, remove, kith };
}

test('a customer whose records hang together by few links is named, where bad keys are and where a model is tried', async () => {
  const { path, data, remove, kith } = shop();
  try {
    const opened = await openKith({ data });
    const mail = (n: number) => `${'abcdef'.charAt(n).repeat(6)}@stern.example.net`;
    const results = await opened.intake.accept(
      [0, 1, 2, 3, 4].flatMap((n) => [
        said('name-stated', `k${n}`, { party: 'person', name: { given: 'Ida', family: 'Stern' } }),
        ...[n, n + 1].map((m) => said('contact-point-stated', `k${n}`, { medium: 'email', value: mail(m) })),
      ]),
    );
    await opened.settled(30_000);
    const { customer } = JSON.parse((await opened.reading.customer(recordIn(results[0]))).body);
    await opened.close();
    expect(await kith('bad-keys')).toContain(`look at  ${customer}  5 records: only 40 % of their pairs are linked\n`);
    writeFileSync(join(path, 'model.json'), JSON.stringify(defaultModel));
    expect(await kith('model', '--file', join(path, 'model.json'))).toContain('1 customer that looks like several');
  } finally {
    remove();
  }
}, 120_000);

test('from the link that ended to the value that fell silent: decisions, why and bad-keys name it by one hash', async () => {
  const { data, remove, kith } = shop();
  try {
    const opened = await openKith({ data });
    const guest = (key: string, family: string): readonly JsonObject[] => [
      said('name-stated', key, { party: 'person', name: { given: 'Ida', family } }),
      said('contact-point-stated', key, { medium: 'email', value: 'kiosk@hotel.example.net' }),
    ];
    const results = await opened.intake.accept([...guest('x', 'Abel'), ...guest('y', 'Abel')]);
    await opened.settled(30_000);
    const families = ['Brandt', 'Cziffra', 'Dorn', 'Ekdal', 'Fuchs', 'Gruber'];
    await opened.intake.accept(families.flatMap((family) => guest(family, family)));
    await opened.settled(30_000);
    const [a = '', b = ''] = new Set(results.map(recordIn));
    const { events } = await opened.log.readAll(0n, { filter: { types: [VALUE_DEMOTED] } });
    const [hash = ''] = events.map(({ bytes }) => textOf(decode(bytes, opened.seal).data['hash']));
    await opened.close();

    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(await kith('decisions', a)).toMatch(
      new RegExp(`link-retracted .+ by rule: shared value fell silent \\(email ${hash}\\)\n`),
    );
    const reasons = await kith('why', a, b);
    expect(reasons).toContain('not linked: the e-mail that they would be known by fell silent');
    expect(reasons).toContain(`silent: email ${hash}\n`);
    expect(reasons).not.toContain('kiosk');
    expect(JSON.parse(await kith('bad-keys', '--json')).generic).toMatchObject([
      { kind: 'email', value: 'kiosk@hotel.example.net', hash },
    ]);
  } finally {
    remove();
  }
}, 120_000);
