/** `kith policy`: a policy is printed, changed in a file, tried, published and rolled back. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openKith } from '../../src/compose';
import { defaultPolicy, policyHash } from '../../src/domain/survivorship';
import { folder } from '../folder';
import { said } from '../given';

const main = join(__dirname, '../../dist/src/main.js');

test('a policy is printed, changed in a file, tried, published and rolled back', async () => {
  const { path, remove } = folder();
  const data = join(path, 'shop');
  const file = join(path, 'policy.json');
  const kith = async (...words: string[]) =>
    (await promisify(execFile)(process.execPath, [main, 'policy', ...words, '--data', data])).stdout;
  try {
    const opened = await openKith({ data });
    const name = (source: string, full: string) =>
      said('name-stated', 'ada', { party: 'person', name: { full } }, { source, subject: 'crm:ada' });
    await opened.intake.accept([name('register', 'Augusta Ada King'), name('webshop', 'Ada')]);
    await opened.close();

    const printed = JSON.parse(await kith('show'));
    expect(printed).toEqual(defaultPolicy);
    writeFileSync(file, JSON.stringify({ ...printed, order: ['source-trust'], trust: ['webshop'] }));
    const tried = await kith('try', file);
    expect(tried).toContain('1 of 1 customers would show something else');
    expect(tried).toMatch(/now {3}Augusta Ada King {2}by .+, register\n +then {2}Ada {2}by source-trust, webshop/);
    const published = await kith('publish', file, '--reason', 'the shop asks them', '--actor', 'eva');
    const hash = published.split(' ')[0] ?? '';
    expect(await kith('list')).toMatch(new RegExp(`${hash} .+ by eva: the shop asks them\nthe last one holds`));
    expect(await kith('roll-back', policyHash(defaultPolicy), '--reason', 'too eager')).toContain('holds');
    expect(JSON.parse(await kith('show'))).toEqual(defaultPolicy);
    expect(JSON.parse(await kith('show', hash))).toMatchObject({ trust: ['webshop'] });

    writeFileSync(file, JSON.stringify({ ...printed, order: ['newest'] }));
    await expect(kith('publish', file, '--reason', 'x')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('policy.json: the policy does not hold together: /order/0: entry 0 of order'),
    });
  } finally {
    remove();
  }
}, 120_000);
