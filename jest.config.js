/**
 * How `jest` runs the tests: swc turns TypeScript into JavaScript file by file, as in the build, and our own reporter
 * prints. Nothing is transformed inside a worker thread: workers load from dist, so `npm test` builds before it tests.
 */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  // Loaded late, by the name that it has in dist.
  moduleNameMapper: { '^\\./servers\\.js$': '<rootDir>/src/compose/servers.ts' },
  transform: { '^.+\\.[jt]s$': '@swc/jest' },
  // Packages that ship only ES modules; jest's own `require` reads CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|any-ascii|content-disposition|cookie)/)'],
  reporters: ['<rootDir>/tools/reporter.cjs'],
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'lcov'],
  collectCoverageFrom: ['src/**/*.ts', 'eventstore/**/*.ts'],
  // One more than the smallest machine has cores: the tests of servers mostly wait.
  maxWorkers: 3,
  // Nothing is timed in a test; this only ends what hangs, on a slow disk too.
  testTimeout: 60_000,
};
