/** What a steward reads on the command line: why a link ended, and which value it was. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openKith } from '../../src/compose';
import { decode } from '../../src/domain/envelope';
import { VALUE_DEMOTED } from '../../src/domain/generic-value';
import { type JsonObject, textOf } from '../../src/domain/kernel';
import { folder } from '../folder';
import { recordIn, said } from '../given';

const main = join(__dirname, '../../dist/src/main.js');

test('from the link that ended to the value that fell silent: decisions, why and bad-keys name it by one hash', async () => {
  const { path, remove } = folder();
  const data = join(path, 'shop');
  const kith = async (...words: string[]) =>
    (await promisify(execFile)(process.execPath, [main, ...words, '--data', data])).stdout;
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
