#!/usr/bin/env node
/** The command line: `kith <verb>`. Each verb is a file of src/cli; this one only lists them. */
import { program } from './cli/program';

// A reader that has seen enough (`kith timeline … | head`) is no failure.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

void program().then((kith) => kith.parseAsync());
