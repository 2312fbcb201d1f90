/**
 * Turns whatever is thrown on the way of a request into a problem, once. What nobody expected is reported with a
 * correlation id; the client gets that id and nothing else of it.
 */
import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LogError } from '../../eventstore/store';
import { type Problem, type ProblemCode, problem, problemOf, retryAfter } from './problems';
import { mediaType } from './reading-bodies';
import type { RouteTable } from './routes';

/** `info` is good news. */
export type Report = (correlation: string, thrown: unknown, level?: 'error' | 'info') => void;

/** Statuses of what the framework refuses before any of our code runs. */
const frameworkCodes: ReadonlyMap<number, ProblemCode> = new Map<number, ProblemCode>([
  [404, 'not-found'],
  [413, 'body-too-large'],
  [414, 'address-too-long'],
  [415, 'unsupported-media-type'],
]);

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly report: Report,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    sendProblem(
      request,
      reply,
      problemOf(thrown) ?? this.ofFramework(thrown, request, reply) ?? this.unexpected(thrown, request),
    );
  }

  private ofFramework(thrown: unknown, request: FastifyRequest, reply: FastifyReply): Problem | undefined {
    if (thrown instanceof LogError && thrown.code === 'closed')
      return problem('shutting-down', 'the log is closed already');
    if (!(thrown instanceof HttpException)) return undefined;
    const status = thrown.getStatus();
    if (status >= 500) return undefined;
    if (status === 415)
      return problem(
        'unsupported-media-type',
        `${mediaType(request) || 'a body without Content-Type'} is not read here`,
      );
    if (status !== 404) return problem(frameworkCodes.get(status) ?? 'malformed-request', thrown.message);
    const allowed = this.routes.methodsAt(pathOf(request));
    if (allowed.length === 0) return problem('not-found', 'there is nothing at this address; GET / says what there is');
    void reply.header('allow', allowed.join(', '));
    return problem('method-not-allowed', `${request.method} does nothing here; there are ${allowed.join(', ')}`);
  }

  private unexpected(thrown: unknown, request: FastifyRequest): Problem {
    const correlation = randomUUID();
    // A client that went away in mid-request is no news.
    if (!request.raw.destroyed || request.raw.complete) this.report(correlation, thrown);
    return problem('internal-error', `the log of this server tells more under ${correlation}`, { correlation });
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, told: Problem): void {
  const wait = retryAfter[told.code];
  if (wait !== undefined) void reply.header('retry-after', wait);
  if (told.code === 'shutting-down' || told.status === 413) void reply.header('connection', 'close');
  const body = JSON.stringify({ ...told, instance: pathOf(request) });
  void reply.code(told.status).header('content-type', 'application/problem+json; charset=utf-8').send(body);
}

/** Without the query, which may name people. */
const pathOf = (request: FastifyRequest): string => request.url.split('?', 1).join('');
