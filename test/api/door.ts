/** The HTTP door of a Kith in memory, and requests in few words. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AppOptions, createApp } from '../../src/api/app';
import type { Kith } from '../../src/app/kith';
import type { RunnerOptions } from '../../src/app/runner';
import { type Given, given, level } from '../given';

type Headers = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  /** Of a body in JSON. */
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface Door extends Omit<Given, 'send'> {
  readonly app: NestFastifyApplication;
  /** What was reported as unexpected. */
  readonly reported: { correlation: string; thrown: unknown }[];
  get(url: string, headers?: Headers): Promise<Answer>;
  /** `body` is sent as JSON unless it is text or bytes. */
  post(url: string, body: unknown, headers?: Headers): Promise<Answer>;
  send(method: string, url: string, payload?: string | Buffer, headers?: Headers): Promise<Answer>;
  /** Waits until the views hold everything. */
  level(): Promise<void>;
  close(): Promise<void>;
}

export interface DoorOptions extends AppOptions {
  readonly runner?: RunnerOptions;
  /** Whether records are matched; false when absent. */
  readonly matching?: boolean;
  /** The Kith as the door shall see it. */
  readonly seen?: (kith: Kith) => Kith;
}

export async function door({
  runner,
  matching = false,
  seen = (kith) => kith,
  ...options
}: DoorOptions = {}): Promise<Door> {
  const g = await given(runner, { matching });
  const reported: Door['reported'] = [];
  const app = await createApp(seen(g.kith), {
    report: (correlation, thrown) => void reported.push({ correlation, thrown }),
    ...options,
  });
  const send: Door['send'] = async (method, url, payload, headers = {}) => {
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers,
      ...(payload !== undefined && { payload }),
    });
    const json = /json/.test(String(answer.headers['content-type']));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: json && answer.body !== '' ? JSON.parse(answer.body) : undefined,
    };
  };
  return {
    ...g,
    app,
    reported,
    send,
    get: (url, headers) => send('GET', url, undefined, headers),
    post: (url, body, headers) => {
      const raw = typeof body === 'string' || Buffer.isBuffer(body);
      return send('POST', url, raw ? body : JSON.stringify(body), { 'content-type': 'application/json', ...headers });
    },
    level: async () => {
      await level(g.kith);
      if (matching && !(await g.kith.settled(10_000))) throw new Error('the records were not matched');
    },
    close: async () => {
      await app.close();
      await g.kith.close();
    },
  };
}

export const lines = (...items: readonly unknown[]): string =>
  items.map((item) => `${typeof item === 'string' ? item : JSON.stringify(item)}\n`).join('');

/** What every problem looks like. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.code, type: answer.headers['content-type'] }).toEqual({
    status,
    code,
    type: 'application/problem+json; charset=utf-8',
  });
  expect(answer.body).toMatchObject({
    type: `/problems/${code}`,
    status,
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(answer.text).not.toMatch(/\.ts:|\.js:|node_modules|\n\s+at /);
}
