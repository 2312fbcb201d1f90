#!/usr/bin/env node
/** The command line: `kith <verb>`. Each verb is a file of src/cli; this one only lists them. */
import { program } from './cli/program';

void program().then((kith) => kith.parseAsync());
