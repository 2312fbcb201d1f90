/** All verbs, what they share, and how they end: exit codes and errors that say what to do. */
import { Command } from 'commander';
import { asOf } from './as-of';
import { backup, restore } from './backup';
import { find, show, timeline } from './customers';
import { copy } from './copy';
import { demo } from './demo';
import { importFile } from './import';
import { keys } from './keys';
import { match } from './match';
import { choose, unchoose } from './choose';
import { parked } from './parked';
import { policy } from './policy';
import { model } from './model';
import { rebuild } from './rebuild';
import { badKeys, decisions, review, why } from './review';
import { exits } from './running';
import { apart, merge, unmerge } from './steward';
import { serveCommand } from './serve-command';
import { verify } from './verify';

export async function program(): Promise<Command> {
  const kith = new Command('kith')
    .description('The event-sourced core of a CRM: facts go in, one view of each customer comes out.')
    .version('0.1.0')
    .addHelpText(
      'after',
      '\nExit codes: 0 done · 1 not found, or refused in part · 2 wrong use or bad input · 3 the folder or the log cannot be used · 4 broken evidence',
    )
    .showHelpAfterError('(kith <verb> --help tells more)')
    .exitOverride(usage);
  for (const verb of [
    serveCommand,
    importFile,
    match,
    show,
    find,
    timeline,
    asOf,
    rebuild,
    verify,
    parked,
    review,
    why,
    decisions,
    badKeys,
    merge,
    unmerge,
    apart,
    model,
    choose,
    unchoose,
    policy,
    backup,
    restore,
    copy,
    keys,
    demo,
  ]) {
    const command = verb();
    for (const one of [command, ...command.commands]) one.exitOverride(usage);
    kith.addCommand(command);
  }
  return kith;
}

/** Wrong use is exit code 2; asking for help is none. */
function usage({ exitCode }: { readonly exitCode: number }): never {
  process.exit(exitCode === 0 ? 0 : exits.usage);
}
