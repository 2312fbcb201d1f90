#!/usr/bin/env node
/** The command line: `kith <verb>`. Each verb is a file of src/cli; this one only lists them. */
import { program } from './cli/program';

/**
 * Who reads what we print may go away (`kith serve | head`, a terminal that is closed). A server goes on, and a verb ends
 * as it would have: its work done, its folder closed, with its own exit code. Output that is lost otherwise is a failure.
 */
for (const out of [process.stdout, process.stderr]) {
  out.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || code === 'EIO') return;
    process.exitCode ||= 1;
    if (out === process.stdout) process.stderr.write(`kith: what was printed is lost: ${message}\n`);
  });
}

void program().then((kith) => kith.parseAsync());
