/** The page on facts says what the definitions say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../src/domain/facts/catalogue';
import { factsReference } from '../../src/domain/facts/reference';

const PAGE = 'docs/reference/facts.md';

it(`${PAGE} is what \`npm run docs\` writes: run it after a fact was added or described anew, and commit the page`, () => {
  expect(readFileSync(join(__dirname, '..', '..', PAGE), 'utf8')).toBe(factsReference(catalogue));
});

it('the page has a section for each type and no empty description', () => {
  const page = factsReference(catalogue);
  for (const { type } of catalogue) expect(page).toContain(`\n## ${type}\n`);
  expect(page).not.toMatch(/undefined|\[object/);
});
