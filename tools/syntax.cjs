/**
 * Reads our TypeScript files as syntax and answers questions about them: what is imported, what reads the outside
 * world, what is a barrel or a cast. `npm run house` and the architecture test both ask here, so that a word means the
 * same to each.
 */
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join, posix } = require('node:path');
const ts = require('typescript');

const ROOT = join(__dirname, '..');

/** What `node:crypto` offers that gives the same answer twice. */
const HASHING = ['createHash', 'createHmac', 'hash'];
const WORLD = new Set(
  `process performance console crypto fetch globalThis Promise
   queueMicrotask setTimeout setInterval setImmediate`.split(/\s+/),
);
/** Methods that answer in the time zone or the language of the machine, so that a rebuild elsewhere would differ. */
const LOCAL = new Set(
  `getFullYear getMonth getDate getDay getHours getMinutes getTimezoneOffset toDateString localeCompare toLocaleString
   toLocaleDateString toLocaleTimeString toLocaleLowerCase toLocaleUpperCase`.split(/\s+/),
);

/**
 * @typedef {{ path: string, text: string, tree: import('typescript').SourceFile }} Source
 * @typedef {{ to: string, typeOnly: boolean, names?: string[] }} Import
 *   `to` is a path from the root without its ending, or a package as it is written; `names` are the values taken, and
 *   missing where everything is (`* as x`, a default, `require`).
 */

/** @type {(path: string, text: string) => Source} */
const parse = (path, text) => ({ path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) });

/** @type {(...folders: string[]) => Source[]} every source file under these folders, sorted by path */
const sourcesUnder = (...folders) =>
  folders
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => posix.join(folder, name)),
    )
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .sort()
    .map((path) => parse(path, readFileSync(join(ROOT, path), 'utf8')));

/** @type {(node: import('typescript').Node) => import('typescript').Node[]} the node and all below it */
const within = (node) => {
  const found = [];
  const visit = (one) => {
    found.push(one);
    ts.forEachChild(one, visit);
  };
  visit(node);
  return found;
};

/** The specifier of whatever loads a module, in each of its spellings, and how much of the module is taken. */
const loaded = (node) => {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause;
    const bindings = clause?.namedBindings;
    const named = clause && !clause.name && bindings && ts.isNamedImports(bindings) ? bindings.elements : undefined;
    const typeOnly =
      clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || named?.every((one) => one.isTypeOnly) === true;
    const names = named?.filter((one) => !one.isTypeOnly).map((one) => (one.propertyName ?? one.name).text);
    return { specifier: node.moduleSpecifier, typeOnly, names };
  }
  if (ts.isExportDeclaration(node)) return { specifier: node.moduleSpecifier, typeOnly: node.isTypeOnly };
  if (ts.isImportTypeNode(node)) return { specifier: node.argument.literal, typeOnly: true };
  if (ts.isExternalModuleReference(node)) return { specifier: node.expression, typeOnly: false };
  const call =
    ts.isCallExpression(node) && ['import', 'require', 'require.resolve'].includes(node.expression.getText());
  return { specifier: call ? node.arguments[0] : undefined, typeOnly: false };
};

/** @type {(source: Source) => Import[]} */
const importsOf = ({ path, tree }) =>
  within(tree).flatMap((node) => {
    const { specifier, typeOnly, names } = loaded(node);
    if (!specifier || !ts.isStringLiteralLike(specifier)) return [];
    const to = specifier.text.startsWith('.')
      ? posix.join(posix.dirname(path), specifier.text).replace(/\.[cm]?[jt]s$/, '')
      : specifier.text;
    return [{ to, typeOnly, names }];
  });

const nameOf = (declaration) => declaration.name;
const declares = (node) =>
  nameOf(node.parent) === node &&
  !ts.isPropertyAccessExpression(node.parent) &&
  !ts.isShorthandPropertyAssignment(node.parent);
const isMember = (node) => ts.isPropertyAccessExpression(node.parent) && nameOf(node.parent) === node;

/** What a node says that a pure file may not: the clock, chance, the environment, waiting. */
const worldly = (node, own) => {
  const text = node.getText();
  if (ts.isIdentifier(node)) {
    if (isMember(node)) return LOCAL.has(text) ? text : undefined;
    return WORLD.has(text) && !declares(node) && !own.has(text) ? text : undefined;
  }
  if (ts.isPropertyAccessExpression(node)) return ['Date.now', 'Math.random'].includes(text) ? text : undefined;
  if (ts.isNewExpression(node))
    return node.expression.getText() === 'Date' && !node.arguments?.length ? text : undefined;
  if (ts.isCallExpression(node)) return node.expression.getText() === 'Date' ? 'Date()' : undefined;
  if (ts.isAwaitExpression(node)) return 'await';
  return node.kind === ts.SyntaxKind.AsyncKeyword ? 'async' : undefined;
};

/** @type {(source: Source) => string[]} the words by which a file reads the world or waits for it */
const impurities = (source) => {
  const nodes = within(source.tree).filter((node) => !ts.findAncestor(node, ts.isTypeNode));
  // A parameter called `fetch` is a value that came in, not the one of the platform.
  const own = new Set(nodes.filter((node) => ts.isIdentifier(node) && declares(node)).map((node) => node.text));
  const words = nodes.map((node) => worldly(node, own)).filter((word) => word !== undefined);
  const chance = importsOf(source)
    .filter(({ to, typeOnly }) => to === 'node:crypto' && !typeOnly)
    .flatMap(({ names }) => names ?? ['everything'])
    .filter((name) => !HASHING.includes(name));
  return [...words, ...chance.map((name) => `${name} of node:crypto`)];
};

/** @type {(source: Source) => boolean} whether a file does nothing but pass on what others export */
const isBarrel = ({ tree }) =>
  tree.statements.length > 0 &&
  tree.statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined);

/** @type {(node: import('typescript').Node) => boolean} `as const` only narrows, so it is none */
const isCast = (node) =>
  ts.isTypeAssertionExpression(node) || (ts.isAsExpression(node) && !ts.isConstTypeReference(node.type));

/**
 * Where comments stand that switch a check off. They belong to no node, so they are looked for beside every token.
 * @type {(source: Source) => number[]}
 */
const disables = ({ tree, text }) => {
  const found = new Set();
  const visit = (node) => {
    const before = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
    const behind = ts.getTrailingCommentRanges(text, node.getEnd()) ?? [];
    for (const { pos, end } of [...before, ...behind]) {
      const words = text.slice(pos, end).replace(/^\/[/*]+\s*/, '');
      if (/^(oxlint-disable|eslint-disable|@ts-(ignore|expect-error|nocheck))/.test(words)) found.add(pos);
    }
    node.getChildren(tree).forEach(visit);
  };
  visit(tree);
  return [...found];
};

module.exports = { ROOT, parse, sourcesUnder, within, importsOf, impurities, isBarrel, isCast, disables };
