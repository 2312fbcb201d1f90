/**
 * Who may import whom, and what may stand in a pure file. The table below is the rule; the tests hold every file of src
 * and eventstore to it, and the last ones hold the checks themselves to samples that break them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import {
  type Import,
  impurities,
  importsOf,
  isBarrel,
  parse,
  ROOT,
  type Source,
  sourcesUnder,
  within,
} from '../tools/syntax.cjs';

const DRIVERS = ['@photostructure/sqlite', '@eventstore/db-client', 'mongodb'];
const ENGINES = ['eventstore/memory', 'eventstore/embedded', 'eventstore/sqlite', 'eventstore/esdb', 'src/views/'];
const NEST = ['@nestjs/', 'fastify', 'class-validator', 'class-transformer', 'rxjs', 'reflect-metadata'];
const SCHEMAS = ['@sinclair/typebox', 'ajv'];
/** What normalises names and numbers: pure functions with tables of their own. */
const MATCHING = ['libphonenumber-js', 'any-ascii', 'pinyin-pro'];
const RULES = ['src/domain/', 'src/projections/', 'src/analytics/'];
const NOT_SHIPPED = ['test/', 'tools/', 'bench/'];
/** The files of the log that are plain functions on values: no store, no file, no thread. */
const LOG_VALUES = ['eventstore/canonical', 'eventstore/frames', 'eventstore/names', 'eventstore/tree'];

/**
 * One row a folder (`…/`) or file; the longest that fits a file is its row. In `may` and `never`, `x/`, `x:` and `x*`
 * stand for all that begins so, a bare name for that file or package, `*` for everything; `type x` allows types only.
 * `never` is what no later widening of `may` shall let in. `pure` files have no clock, chance, environment or async.
 */
interface Row {
  readonly of: string;
  readonly may: readonly string[];
  readonly never: readonly string[];
  readonly pure?: true;
}

const TABLE: readonly Row[] = [
  {
    of: 'eventstore/',
    may: ['eventstore/', 'node:', '@photostructure/sqlite', '@eventstore/db-client', '@grpc/grpc-js'],
    never: ['src/'],
  },
  { of: 'eventstore/canonical', may: ['node:crypto'], never: ['src/', ...ENGINES], pure: true },
  {
    of: 'src/domain/',
    may: ['src/domain/', ...SCHEMAS, 'eventstore/canonical', 'type eventstore/store', 'node:crypto'],
    never: [...NEST, ...DRIVERS, ...ENGINES],
    pure: true,
  },
  {
    of: 'src/domain/matching/',
    may: ['src/domain/matching/', 'type src/domain/facts/address', ...MATCHING, 'eventstore/canonical', 'node:crypto'],
    never: [...NEST, ...DRIVERS, ...ENGINES],
    pure: true,
  },
  { of: 'src/analytics/', may: ['src/analytics/'], never: [...NEST, ...DRIVERS, ...ENGINES, 'node:'], pure: true },
  {
    of: 'src/projections/',
    may: ['src/projections/', 'src/domain/', 'src/analytics/', 'eventstore/canonical'],
    never: [...NEST, ...DRIVERS, ...ENGINES, 'node:'],
    pure: true,
  },
  {
    of: 'src/app/',
    may: ['src/app/', ...RULES, 'eventstore/store', ...LOG_VALUES, 'node:'],
    never: [...NEST, ...DRIVERS, ...ENGINES],
  },
  {
    of: 'src/views/',
    may: [
      'src/views/',
      'type src/app/',
      'src/app/root',
      'type src/domain/kernel',
      'type eventstore/store',
      'eventstore/sqlite',
      'eventstore/recent',
      'eventstore/hindrance',
      ...DRIVERS,
      'node:',
    ],
    never: ['src/projections/', 'src/analytics/', ...NEST],
  },
  {
    of: 'src/keys/',
    may: ['src/keys/', 'type src/domain/', 'eventstore/sqlite', 'eventstore/store', 'node:'],
    never: ['src/projections/', 'src/analytics/', ...NEST],
  },
  {
    of: 'src/register/',
    may: ['src/register/', 'src/views/mongo/', 'eventstore/esdb/register', 'type eventstore/store', 'mongodb', 'node:'],
    never: [...RULES, ...NEST],
  },
  {
    of: 'src/facts/',
    may: ['src/facts/', 'type src/app/', 'eventstore/sqlite', ...DRIVERS, 'node:'],
    never: [...RULES, ...NEST],
  },
  {
    of: 'src/api/',
    may: ['src/api/', 'src/app/', 'src/domain/', 'type src/projections/', 'eventstore/store', ...NEST, 'node:'],
    never: [...DRIVERS, ...ENGINES],
  },
  {
    of: 'src/import/',
    may: ['src/import/', 'src/domain/', 'src/app/', 'eventstore/store', 'eventstore/frames', 'csv-parse', 'node:'],
    never: [...NEST, ...DRIVERS, ...ENGINES],
  },
  {
    of: 'src/match/',
    may: ['src/match/', 'src/import/', 'src/domain/', 'src/analytics/', 'eventstore/canonical', 'node:'],
    never: [...NEST, ...DRIVERS, ...ENGINES],
  },
  { of: 'src/demo/', may: ['src/demo/', 'src/domain/'], never: [...NEST, ...DRIVERS, ...ENGINES] },
  {
    of: 'src/cli/',
    may: [
      'src/cli/',
      'src/app/',
      'src/domain/',
      'type src/projections/',
      'eventstore/store',
      'src/import/',
      'src/match/',
      'src/demo/',
      'src/compose',
      'src/config',
      'commander',
      'csv-parse',
      'node:',
    ],
    never: [...NEST, ...DRIVERS, ...ENGINES],
  },
  {
    of: 'src/cli/serve',
    may: [
      'src/cli/',
      'src/app/',
      'src/domain/',
      'src/api/',
      'src/compose',
      'src/config',
      'commander',
      ...NEST,
      'node:',
    ],
    never: [...DRIVERS, ...ENGINES],
  },
  { of: 'src/config', may: ['src/domain/', ...SCHEMAS, 'node:'], never: [...NEST, ...DRIVERS, ...ENGINES] },
  // What a host imports, and the composition root, which alone knows an engine by name.
  { of: 'src/index', may: ['src/', 'eventstore/'], never: NOT_SHIPPED },
  { of: 'src/main', may: ['*'], never: NOT_SHIPPED },
  { of: 'src/worker*', may: ['*'], never: NOT_SHIPPED },
  { of: 'src/compose', may: ['*'], never: NOT_SHIPPED },
];

const covers = (pattern: string, target: string): boolean => {
  if (pattern.endsWith('*')) return target.startsWith(pattern.slice(0, -1));
  return /[/:]$/.test(pattern) ? target.startsWith(pattern) : target === pattern || target.startsWith(`${pattern}/`);
};

const isPackage = ({ to }: Import): boolean => !/^(node:|src\/|eventstore\/|package\.json$)/.test(to);
const packageOf = (to: string): string =>
  to
    .split('/')
    .slice(0, to.startsWith('@') ? 2 : 1)
    .join('/');

const rowOf = (path: string): Row | undefined =>
  TABLE.filter((row) => covers(row.of, path.replace(/\.ts$/, ''))).sort((a, b) => b.of.length - a.of.length)[0];

/** Sentences about every import of a file that its row does not allow. */
const trespasses = (source: Source): string[] => {
  const row = rowOf(source.path);
  if (!row) return [`${source.path} has no row in the table`];
  return importsOf(source).flatMap(({ to, typeOnly }) => {
    if (row.never.some((pattern) => covers(pattern, to))) return [`${source.path} must never import ${to}`];
    const allowed = row.may.some((pattern) =>
      pattern.startsWith('type ') ? typeOnly && covers(pattern.slice(5), to) : covers(pattern, to),
    );
    return allowed ? [] : [`${source.path} may not import ${to}${typeOnly ? '' : ' (a value)'}`];
  });
};

const holds = ({ tree }: Source, test: (node: ts.Node) => boolean): boolean => within(tree).some(test);

/** The packages that a package.json lists under one of its headings. */
const namesIn = (path: string, heading: string): string[] =>
  Object.keys(JSON.parse(readFileSync(join(ROOT, path), 'utf8'))[heading] ?? {});

const SOURCES = sourcesUnder('src', 'eventstore');
const DEPENDENCIES = namesIn('package.json', 'dependencies');

describe('who may import whom', () => {
  it.each(TABLE)('$of imports only what it may', (row) => {
    expect(SOURCES.filter(({ path }) => rowOf(path) === row).flatMap(trespasses)).toEqual([]);
  });

  it('every file has a row', () => {
    expect(SOURCES.map(({ path }) => path).filter((path) => !rowOf(path))).toEqual([]);
  });

  it('no row allows what it forbids', () => {
    const meets = (a: string, b: string): boolean => covers(a, b) || covers(b, a);
    const contradictions = TABLE.filter(({ may }) => !may.includes('*')).flatMap(({ of, may, never }) =>
      may.flatMap((one) =>
        never.filter((other) => meets(one.replace('type ', ''), other)).map((other) => `${of}: ${one}, ${other}`),
      ),
    );
    expect(contradictions).toEqual([]);
  });
});

describe('packages', () => {
  it('src and eventstore import only dependencies', () => {
    const strangers = SOURCES.flatMap((source) =>
      importsOf(source)
        .filter((one) => isPackage(one) && !DEPENDENCIES.includes(packageOf(one.to)))
        .map(({ to }) => `${source.path} imports ${to}`),
    );
    expect(strangers).toEqual([]);
  });

  it('every dependency is imported, or asked for by one that is', () => {
    const imported = new Set(
      SOURCES.flatMap(importsOf)
        .filter(isPackage)
        .map(({ to }) => packageOf(to)),
    );
    const peers = DEPENDENCIES.filter((name) => imported.has(name)).flatMap((name) =>
      namesIn(`node_modules/${name}/package.json`, 'peerDependencies'),
    );
    expect(DEPENDENCIES.filter((name) => !imported.has(name) && !peers.includes(name))).toEqual([]);
  });
});

describe('how files are written', () => {
  const sentences = (source: Source): string[] => impurities(source).map((word) => `${source.path} uses ${word}`);
  const where = (test: (source: Source) => boolean): string[] => SOURCES.filter(test).map(({ path }) => path);

  it('pure files read no clock, chance or environment, and never wait', () => {
    expect(SOURCES.filter(({ path }) => rowOf(path)?.pure).flatMap(sentences)).toEqual([]);
  });

  it('src/index.ts is the only barrel', () => {
    expect(where(isBarrel).filter((path) => path !== 'src/index.ts')).toEqual([]);
  });

  it('decorators stay in src/api', () => {
    expect(where((source) => holds(source, ts.isDecorator)).filter((path) => !path.startsWith('src/api/'))).toEqual([]);
  });

  it('there is no enum and no namespace', () => {
    expect(
      where((source) => holds(source, (node) => ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node))),
    ).toEqual([]);
  });
});

describe('the checks find what they look for', () => {
  it.each([
    ['src/domain/a.ts', `import { Injectable } from '@nestjs/common';`, 'must never import @nestjs/common'],
    ['src/domain/a.ts', `import { readFileSync } from 'node:fs';`, 'may not import node:fs (a value)'],
    ['src/domain/facts/a.ts', `import '../../app/runner.js';`, 'may not import src/app/runner (a value)'],
    ['eventstore/a.ts', `export type { X } from '../src/domain/kernel';`, 'must never import src/domain/kernel'],
    ['eventstore/canonical.ts', `export { x } from './memory';`, 'must never import eventstore/memory'],
    ['src/app/a.ts', `const x = await import('mongodb');`, 'must never import mongodb'],
    ['src/app/a.ts', `const x = require('../config');`, 'may not import src/config (a value)'],
    ['src/app/a.ts', `import type { Config } from '../config';`, 'may not import src/config'],
    ['src/views/a.ts', `import { type A, b } from '../app/ports';`, 'may not import src/app/ports (a value)'],
    ['src/facts/a.ts', `type A = import('../domain/kernel').A;`, 'must never import src/domain/kernel'],
    ['src/cli/a.ts', `import { App } from '../api/app';`, 'may not import src/api/app (a value)'],
    ['src/main.ts', `import { given } from '../test/given';`, 'must never import test/given'],
    ['src/elsewhere/a.ts', ``, 'has no row in the table'],
  ])('%s: %s', (path, text, said) => {
    expect(trespasses(parse(path, text))).toEqual([`${path} ${said}`]);
  });

  it.each([
    ['src/views/a.ts', `import { type A, type B } from '../app/ports'; import type { C } from '../app/loop';`],
    ['src/cli/serve.ts', `import { App } from '../api/app'; import { NestFactory } from '@nestjs/core';`],
    ['src/domain/a.ts', `import { Type } from '@sinclair/typebox'; import ajv from 'ajv/dist/2020'; import './b';`],
    ['src/worker-log.ts', `import { open } from '../eventstore/embedded/log'; import { MongoClient } from 'mongodb';`],
  ])('%s may: %s', (path, text) => {
    expect(trespasses(parse(path, text))).toEqual([]);
  });

  it.each([
    [`const t = Date.now();`, 'Date.now'],
    [`const t = new Date();`, 'new Date()'],
    [`const t = Date();`, 'Date()'],
    [`const d = Math.random() < 0.5;`, 'Math.random'],
    [`const e = process.env.HOME;`, 'process'],
    [`const { env } = process;`, 'process'],
    [`setTimeout(() => 1, 10);`, 'setTimeout'],
    [`const f = async () => 1;`, 'async'],
    [`class A { async run() { return 1; } }`, 'async'],
    [`const p = Promise.resolve(1);`, 'Promise'],
    [`const id = crypto.randomUUID();`, 'crypto'],
    [`const hour = new Date(1).getHours();`, 'getHours'],
    [`const order = names.sort((a, b) => a.localeCompare(b));`, 'localeCompare'],
    [`import { createHash, randomUUID } from 'node:crypto';`, 'randomUUID of node:crypto'],
    [`import { randomBytes as hash } from 'node:crypto';`, 'randomBytes of node:crypto'],
    [`import * as all from 'node:crypto';`, 'everything of node:crypto'],
  ])('impure: %s', (text, word) => {
    expect(impurities(parse('src/domain/a.ts', text))).toEqual([word]);
  });

  it.each([
    `import { createHash, hash } from 'node:crypto';`,
    `const at = new Date('2024-01-01T00:00:00Z').getTime() + Date.parse('2024-01-01T00:00:00Z');`,
    `type Later = Promise<number>; const told = (fetch: () => number) => fetch();`,
    `const one = { process: 1, console: 2 }; const { process } = one; const two = { process, b: one.console };`,
  ])('pure: %s', (text) => {
    expect(impurities(parse('src/domain/a.ts', text))).toEqual([]);
  });

  it('a file that only passes on is a barrel, with one statement of its own it is none', () => {
    expect(isBarrel(parse('src/a.ts', `export * from './b'; export { c } from './d';`))).toBe(true);
    expect(isBarrel(parse('src/a.ts', `export * from './b'; export const c = 1;`))).toBe(false);
  });

  it('a decorator is seen wherever it stands', () => {
    expect(holds(parse('src/a.ts', `class A { constructor(@Inject() readonly b: B) {} }`), ts.isDecorator)).toBe(true);
  });
});
