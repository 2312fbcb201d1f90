/** Makes the HTTP server of an opened Kith. It listens when told to, and leaves closing the Kith to who opened it. */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Kith } from '../app/kith';
import { withDeadline } from '../app/request-deadline';
import { type Limits, usualLimits } from './limits';
import { ApiModule } from './module';
import { ProblemFilter, type Report, sendProblem } from './problem-filter';
import { problem } from './problems';
import { readBodies } from './reading-bodies';
import { RouteTable } from './routes';

export interface AppOptions extends Partial<Limits> {
  /** Is told what nobody expected; one line on standard error when absent. */
  readonly report?: Report;
}

export async function createApp(
  kith: Kith,
  { report = toStandardError, ...limits }: AppOptions = {},
): Promise<NestFastifyApplication> {
  const within = { ...usualLimits, ...limits };
  const adapter = new FastifyAdapter({
    bodyLimit: within.maxBodyBytes,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: true },
    // Requests that come on open connections while we drain are answered; new connections are not taken.
    return503OnClosing: false,
    // No middleware of Express style stands here, so its layer need not either.
    skipMiddie: true,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const code = error.statusCode === 414 ? 'address-too-long' : 'malformed-request';
      sendProblem(
        request,
        reply,
        problem(code, 'this address cannot be read: a part of it is too long or not percent-encoded'),
      );
    },
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return;
      const tooLong = 'code' in error && error.code === 'HPE_HEADER_OVERFLOW';
      socket.end(malformed(tooLong));
    },
  });
  const routes = new RouteTable();
  const server = adapter.getInstance();
  server.addHook('onRoute', ({ url, method }) => routes.add(url, method));
  readBodies(server, within.maxBodyBytes);
  // The body is whole: from here on whoever asked waits for us.
  server.addHook('preHandler', (_request, _reply, done) => withDeadline(done));
  // An outage is one line, however many requests it meets.
  const deaf = kith.onOutage((line, isOver) => report(randomUUID(), line, isOver ? 'info' : 'error'));
  server.addHook('onClose', async () => deaf());
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.around(kith, within), adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(routes, report));
  await app.init();
  await server.ready();
  return app;
}

/** What is no HTTP gets its answer without a request that a filter could see. */
function malformed(tooLong: boolean): string {
  const told = tooLong
    ? problem('address-too-long', 'the headers are longer than this server reads')
    : problem('malformed-request', 'this is not well-formed HTTP/1.1');
  const body = JSON.stringify({ ...told, ...(tooLong && { status: 431 }) });
  const head = [
    `HTTP/1.1 ${tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

const toStandardError: Report = (correlation, thrown, level = 'error') => {
  const told = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  process.stderr.write(`${JSON.stringify({ level, at: new Date().toISOString(), correlation, problem: told })}\n`);
};
