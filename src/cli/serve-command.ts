/** `kith serve`: opens the data folder, answers over HTTP until it is told to stop, then closes everything in order. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config';
import { acting, type Common, exits, print, verb, withKith } from './running';

/** Milliseconds after which a request hears that a server is away. */
const AWAY_MS = 5_000;

interface Asked extends Common {
  readonly host?: string;
  readonly port?: string;
  readonly role?: string;
}

export const serveCommand = (): Command =>
  verb('serve', 'Serve the data folder over HTTP until SIGTERM or Ctrl-C')
    .option('--host <address>', 'address to listen on (default: KITH_HOST, or 127.0.0.1)')
    .option('--port <n>', 'port to listen on, 0 for a free one (default: KITH_PORT, or 8008)')
    .option('--role <role>', 'all, api or projector (default: KITH_ROLE, or all)')
    .action(
      acting(async (asked: Asked) => {
        const { host, port, role, log, views } = readConfig({
          ...process.env,
          ...(asked.host && { KITH_HOST: asked.host }),
          ...(asked.port && { KITH_PORT: asked.port }),
          ...(asked.role && { KITH_ROLE: asked.role }),
        });
        await withKith(
          asked,
          async (kith) => {
            // Loaded here, so that the verbs that only read a folder start without a web framework.
            const { serve } = await import('./serve.js');
            try {
              const serving = await serve(kith, { host, port });
              print(`data folder ${kith.folder === undefined ? 'none: kept in memory' : resolve(kith.folder)}`);
              if (log !== undefined) print('log on EventStoreDB');
              if (views !== undefined) print(`views on MongoDB, role ${role}`);
              await serving.stopped;
            } catch (problem) {
              if (!isOfListening(problem)) throw problem;
              process.exitCode = exits.unusable;
              process.stderr.write(
                `kith: cannot listen on ${host}:${port} (${problem.code}); choose another with --host and --port\n`,
              );
            }
          },
          { create: true, role, awayMs: AWAY_MS },
        );
      }),
    );

const isOfListening = (problem: unknown): problem is Error & { readonly code: string } =>
  problem instanceof Error &&
  'code' in problem &&
  ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(String(problem.code));
