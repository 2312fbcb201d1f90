/**
 * Listens over HTTP until it is told to stop: then takes no new connection, finishes what is under way, and gives up on
 * what does not end. Who opened the Kith closes it, after `stopped`.
 */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AppOptions, createApp } from '../api/app';
import type { Kith } from '../app/kith';

export interface ServeOptions extends AppOptions {
  /** 127.0.0.1 when absent. */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Milliseconds that requests under way get to finish; 10,000 when absent. */
  readonly patienceMs?: number;
  /** Prints one line; standard output when absent. */
  readonly print?: (line: string) => void;
}

export interface Serving {
  readonly url: string;
  /** Drains and ends. */
  stop(): Promise<void>;
  /** Resolves when it has ended, by `stop`, SIGTERM or SIGINT. */
  readonly stopped: Promise<void>;
}

export async function serve(kith: Kith, options: ServeOptions): Promise<Serving> {
  const { host = '127.0.0.1', port, patienceMs = 10_000, print = toStandardOutput, ...forApp } = options;
  const app = await createApp(kith, forApp);
  await app.listen(port, host);
  const url = await app.getUrl();
  kith.announce(url);
  print(`Kith listens on ${url}`);
  let ended = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (ended = resolve));
  const stop = once(async () => {
    for (const signal of signals) process.off(signal, onSignal);
    try {
      await drain(app, patienceMs);
    } finally {
      ended();
    }
  });
  const onSignal = () => void stop();
  for (const signal of signals) process.once(signal, onSignal);
  return { url, stop, stopped };
}

const signals = ['SIGTERM', 'SIGINT'] as const;

/** A second signal finds no handler of ours any more, and ends the process at once. */
const once = (act: () => Promise<void>): (() => Promise<void>) => {
  let acting: Promise<void> | undefined;
  return () => (acting ??= act());
};

async function drain(app: NestFastifyApplication, patienceMs: number): Promise<void> {
  const { server } = app.getHttpAdapter().getInstance();
  const giveUp = setTimeout(() => server.closeAllConnections(), patienceMs);
  // A connection whose last request was answered meanwhile is kept alive by the client, not by us.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  try {
    await app.close();
  } finally {
    clearTimeout(giveUp);
    clearInterval(idle);
  }
}

const toStandardOutput = (line: string): void => void process.stdout.write(`${line}\n`);
