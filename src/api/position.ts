/**
 * Reading one's own writes: every write answers with a token of its place in the log, `<log id>.<position>`, and any
 * GET that carries it waits until the views are there. It never answers from a view that is known to be behind the token.
 */
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kith } from '../app/kith';
import { Refusal } from '../domain/refusals';
import { THE_KITH } from './asking';
import { LIMITS, type Limits } from './limits';
import { DoorRefusal } from './problems';

const HEADER = 'kith-position';

export function tellPosition(reply: FastifyReply, { log }: Pick<Kith, 'log'>, position: bigint | undefined): void {
  if (position !== undefined) void reply.header(HEADER, `${log.id}.${position}`);
}

/** The position that a token names in this log. */
function readToken(token: string, logId: string): bigint {
  const [, log, position] = /^([\w-]{1,64})\.(\d{1,18})$/.exec(token) ?? [];
  if (log === undefined || position === undefined) {
    throw new Refusal('bad-parameter', 'Kith-Position is no token of this server; send it as a write has answered it', [
      { pointer: 'Kith-Position', detail: 'must be <log id>.<position>' },
    ]);
  }
  if (log !== logId) throw new DoorRefusal('other-log', `the token is of the log ${log}, and this is ${logId}`);
  return BigInt(position);
}

@Injectable()
export class ReadYourWrites implements CanActivate {
  constructor(
    @Inject(THE_KITH) private readonly kith: Kith,
    @Inject(LIMITS) private readonly limits: Limits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const token = context.switchToHttp().getRequest<FastifyRequest>().headers[HEADER];
    if (token === undefined) return true;
    const { patienceMs } = this.limits;
    const position = readToken(String(token), this.kith.log.id);
    if (await this.kith.reached(position, patienceMs)) return true;
    const { projected, runner } = await this.kith.known();
    throw new DoorRefusal(
      'behind-token',
      `the views are at ${projected}, the token is at ${position}, and ${patienceMs} ms have passed; runner: ${runner.state}`,
    );
  }
}
