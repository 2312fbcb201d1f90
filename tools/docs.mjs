// Makes the reference pages that follow from tables in the code. `npm run docs` writes them; `--check` says which page is
// not what the code says (test/docs.spec.ts and CI).
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const dist = createRequire(new URL('../dist/', import.meta.url));
const { factsReference } = dist('./src/domain/facts/reference.js');
const { catalogue } = dist('./src/domain/facts/catalogue.js');
const { settings } = dist('./src/config.js');
const { reasons, statusOf } = dist('./src/api/problems.js');
const { COMPARISONS, IDENTIFIER_LEVELS, TRAIT_LEVELS } = dist('./src/domain/matching/comparison.js');
const { GUARDS } = dist('./src/domain/matching/guards.js');
const { criteria, defaultPolicy } = dist('./src/domain/survivorship.js');
const { fieldFamilies } = dist('./src/domain/slots.js');
const { defaultModel } = dist('./src/domain/matching/model.js');
const { DENSITY_ALARM } = dist('./src/domain/matching/settings.js');

const generated = 'Made by `npm run docs`; edit the table in the code, not this page.';

const configuration = () => `# Configuration

Environment variables, read once at the start; flags of the command line override them. ${generated}

| variable | default | what it is |
|---|---|---|
${settings.map(({ name, fallback, says }) => `| \`${name}\` | ${fallback === '' ? '–' : `\`${fallback}\``} | ${says} |`).join('\n')}

A variable that begins with \`KITH_\` and is not in this table is an error, because it is a misspelt one.
`;

const problems = () => `# Refusals

Every way in which Kith says no: the \`code\` of a problem document (RFC 9457), the HTTP status, and what to do. On the
command line the sentence of the refusal is printed and the exit code is not 0. ${generated}

| code | status | what it means |
|---|---|---|
${Object.entries(reasons)
  .map(([code, text]) => `| \`${code}\` | ${statusOf(code)} | ${text} |`)
  .join('\n')}
`;

const levelRows = ({ asks, levels }) =>
  levels.map(
    ({ name, m, u }) =>
      `| ${asks} | ${name} | ${Number(m.toPrecision(3))} | ${Number(u.toPrecision(3))} | ${Math.log2(m / u).toFixed(1)} |`,
  );

const matching = () => `# Matching

The figures behind [how Kith knows who is one customer](../why/identity.md). ${generated}

## Guards

| guard | what it does | because |
|---|---|---|
${Object.entries(GUARDS)
  .map(([name, { force, says }]) => `| ${name} | ${force} | ${says} |`)
  .join('\n')}

## Thresholds and settings

Bits, but for \`review\`, which is a share of true pairs, for \`densityAlarm\`, a share of linked pairs, and for the limits and
\`sizeAlarm\`, which are counts. Training finds \`nameAlone\` and \`review\` anew. The two alarms decide nothing: they
[name customers to look at](../how-to/steward.md#see-which-customers-look-like-several).

| name | before training |
|---|---|
${Object.entries({
  prior: defaultModel.prior,
  ...defaultModel.thresholds,
  ...defaultModel.settings,
  densityAlarm: DENSITY_ALARM,
})
  .filter(([, value]) => typeof value === 'number')
  .map(([name, value]) => `| \`${name}\` | ${value} |`)
  .join('\n')}

## Comparisons

The levels of each comparison, with their probability among records of one party (m) and of two (u) before training, and
the weight that follows.

| what is compared | level | m | u | bits |
|---|---|---|---|---|
${[
  ...COMPARISONS,
  { asks: '`evidence:…` identifiers', levels: IDENTIFIER_LEVELS },
  { asks: '`trait:…`', levels: TRAIT_LEVELS },
]
  .flatMap(levelRows)
  .join('\n')}
`;

const survivorship = () => `# Survivorship

Which value of a field a customer shows where its records differ: the policy of the golden record. How to change it is told
[for stewards](../how-to/steward.md#change-which-value-is-shown). ${generated}

| member | what it is |
|---|---|
| \`version\` | of the shape: 1 |
| \`order\` | criteria, the strongest first; those left out decide nothing |
| \`trust\` | sources from most to least trusted, as they stand in the facts; those not named come after them, all alike |
| \`fields\` | for a field (\`address/home\`) or a family of fields (\`address\`) an \`order\` or a \`trust\` of its own; what is absent there is as in the family, then as above |

Families are ${fieldFamilies
  .filter((family) => family !== 'consent')
  .map((family) => `\`${family}\``)
  .join(', ')}.

| criterion | which value stands first |
|---|---|
${Object.entries(criteria)
  .map(([name, says]) => `| \`${name}\` | ${says} |`)
  .join('\n')}

Whatever a policy says: what ended stands behind what holds (\`not-ended\`), what a steward chose stands first (\`override\`), of a consent the last word holds (\`recency\`,
\`withdrawal\`), and ties go by the id of the record (\`tie\`). \`only-value\` says that there was nothing to choose. Fields with
several values side by side (contact points, identifiers, addresses, positions) keep them all, in this order.

While nothing was published this policy holds:

\`\`\`json
${JSON.stringify(defaultPolicy, null, 2)}
\`\`\`
`;

const pages = {
  'docs/reference/facts.md': () => factsReference(catalogue),
  'docs/reference/configuration.md': configuration,
  'docs/reference/refusals.md': problems,
  'docs/reference/matching.md': matching,
  'docs/reference/survivorship.md': survivorship,
};

const stale = [];
for (const [page, make] of Object.entries(pages)) {
  const file = fileURLToPath(new URL(`../${page}`, import.meta.url));
  const text = make();
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) stale.push(page);
}
for (const page of stale) console.error(`${page} is not what the code says; run npm run docs`);
process.exitCode = stale.length > 0 ? 1 : 0;
