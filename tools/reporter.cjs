/**
 * The reporter of our jest runs: one line a test file, failures with their details, skipped tests by name, and as the
 * very last line `N passed, N failed` (`, N skipped` where some are). It never hides a failure that is no assertion: a
 * file that does not load counts as one failed.
 */
const { relative } = require('node:path');

const COUNTED_AS_SKIPPED = new Set(['pending', 'skipped', 'todo', 'disabled']);

class Reporter {
  constructor(config) {
    this.config = config;
    this.passed = 0;
    this.failed = 0;
    this.skipped = [];
  }

  onTestResult(test, result) {
    const of = (status) => result.testResults.filter((one) => one.status === status);
    const skipped = result.testResults.filter((one) => COUNTED_AS_SKIPPED.has(one.status));
    const broken = result.testExecError !== undefined || result.failureMessage ? Math.max(1, of('failed').length) : 0;
    this.passed += of('passed').length;
    this.failed += broken;
    this.skipped.push(...skipped.map((one) => one.fullName));

    const file = relative(this.config.rootDir, test.path);
    const seconds = ((result.perfStats.end - result.perfStats.start) / 1000).toFixed(1);
    print(`${broken > 0 ? 'FAILED' : 'ok    '} ${file} (${result.testResults.length}, ${seconds} s)`);
    if (broken > 0) print(result.failureMessage ?? String(result.testExecError));
    // What a test prints is of interest only where there is a fault; jest itself shows it where one file runs alone.
    if (broken > 0) for (const line of result.console ?? []) print(`${line.type}: ${line.message}`);
  }

  onRunComplete(_contexts, results) {
    if (results.runExecError) {
      this.failed += 1;
      print(`FAILED ${results.runExecError.message}\n${results.runExecError.stack ?? ''}`);
    }
    // Jest fails a run in which everything passed for a snapshot that nothing asks for any more.
    if (results.snapshot.failure && this.failed === 0) {
      this.failed += 1;
      print('FAILED a snapshot is obsolete: jest -u takes it away');
    }
    // Whoever filters by name knows that the rest does not run.
    if (!this.config.testNamePattern) for (const name of this.skipped) print(`skipped: ${name}`);
    const skipped = this.skipped.length > 0 ? `, ${this.skipped.length} skipped` : '';
    const last = `${this.passed} passed, ${this.failed} failed${skipped}`;
    // Jest prints its table of coverage after every reporter is done, and the counts must stay the last line.
    if (this.config.collectCoverage) process.once('exit', () => print(last));
    else print(last);
  }
}

const print = (text) => process.stdout.write(`${text.trimEnd()}\n`);

module.exports = Reporter;
