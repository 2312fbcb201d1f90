/** The page of the docs that lists all facts, written from their definitions, so that it cannot say anything else. */
import { common, type FactDefinition, only, type Telling } from '../kernel';
import { classes, placeOf } from '../personal';
import type { Shape } from './checking';

/** The whole page in Markdown. */
export const factsReference = (definitions: readonly FactDefinition[]): string =>
  `${[preface(definitions), everyFact(), ...definitions.map(section), personal()].join('\n\n')}\n`;

const preface = (definitions: readonly FactDefinition[]) => `# Facts

The ${definitions.length} types of facts that Kith takes in, each the \`type\` of a CloudEvent with these \`data\`. A stored type never changes: what
changes its meaning is a new version. Written by \`npm run docs\` from \`src/domain/facts\`; change it there.

| type | kind | what it says |
|---|---|---|
${definitions.map(({ type, kind, says }) => row([`[\`${type}\`](#${anchor(type)})`, kind, says])).join('\n')}`;

const everyFact = () => `## Fields of every fact

${table(only(common), (field) => placeOf('', field) ?? '')}`;

function section({ type, kind, channel, says, schema, example, tells }: FactDefinition): string {
  const own = only(
    Object.fromEntries(Object.entries(schema.properties).filter(([name]) => !Object.hasOwn(common, name))),
  );
  const told = tells(example).map(sentence);
  return `## ${type}

${says} Timelines call it \`${kind}\`${channel ? `; its channel is \`${channel}\` where the data name none` : ''}.

${table(own, (field) => placeOf(type, field) ?? '')}

\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\`

${told.length > 0 ? `The example tells the view of its record:\n\n${told.join('\n')}` : 'It shows on the timeline and in the counts, and tells the view nothing else.'}`;
}

const personal = () => `## Classes of personal data

A field is \`open\` or belongs to one of these classes, each sealed under a key of its own.

| class | what belongs to it |
|---|---|
${Object.entries(classes).map(row).join('\n')}`;

/** What a telling says, as an item of a list. */
function sentence(telling: Telling): string {
  if (telling.tells === 'adds') return `- \`${telling.sum}\` grows by ${telling.amount}`;
  const verb = telling.tells === 'states' ? 'has' : 'no longer has';
  const vouched = telling.tells === 'states' && telling.verified ? ', verified' : '';
  return `- \`${telling.slot}\` ${verb} \`${JSON.stringify(telling.value)}\`${vouched}`;
}

const table = (shape: Shape, place: (field: string) => string) => `| field | required | form | what it is | personal |
|---|---|---|---|---|
${fields(shape, '', place).map(row).join('\n')}`;

/** A row a field, with those of the objects inside. */
function fields(shape: Shape, prefix: string, place: (field: string) => string): string[][] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, member]) => {
    const path = `${prefix}${name}`;
    const required = shape.required?.includes(name) ? 'yes' : '';
    const own = [`\`${path}\``, required, form(member), member.description ?? '', place(name)];
    const inside = member.items ? fields(member.items, `${path}[].`, () => '') : fields(member, `${path}.`, () => '');
    return [own, ...inside];
  });
}

/** What may stand there, as short as a cell allows. */
function form(shape: Shape): string {
  if (shape.enum) return shape.enum.join(', ');
  if (shape.items) return `list of ${form(shape.items)}`;
  if (shape.format) return shape.format;
  const types = [shape.type ?? []].flat().join(', ');
  if (shape.maxLength !== undefined) return `${types}, up to ${shape.maxLength} characters`;
  const { minimum, exclusiveMinimum, maximum } = shape;
  const bounds = [
    minimum === undefined ? '' : ` from ${minimum}`,
    exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`,
    maximum === undefined ? '' : ` to ${maximum}`,
  ];
  return `${types}${bounds.join('')}`;
}

const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** How GitHub links to a heading. */
const anchor = (heading: string) => heading.replaceAll('.', '');
