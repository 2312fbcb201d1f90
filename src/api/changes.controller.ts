/**
 * The change feed: everything that was ever stored, in the order of the log, from zero on and as often as wanted. Read
 * from the log itself, so that it cannot lag behind a view.
 */
import { Controller, Get, Inject, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Kith } from '../app/kith';
import { decode } from '../domain/envelope';
import { Refusal } from '../domain/refusals';
import { THE_KITH } from './asking';
import { ReadYourWrites } from './position';
import { ChangesParameters } from './requests';

@Controller('v1/changes')
@UseGuards(ReadYourWrites)
export class ChangesController {
  constructor(@Inject(THE_KITH) private readonly kith: Kith) {}

  @Get()
  async changes(
    @Query() { after, limit = 100, type }: ChangesParameters,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { log, seal } = this.kith;
    const from = after === undefined ? 0n : readCursor(after, log.id);
    const page = await log.readAll(from, { limit, ...(type && { filter: { types: type } }) });
    if (page.events.length === 0) await this.refuseBeyond(from);
    const cursor = writeCursor(page.next, log.id);
    const next = new URLSearchParams({ after: cursor, limit: String(limit) });
    for (const one of type ?? []) next.append('type', one);
    void reply.header('link', `</v1/changes?${next.toString()}>; rel="next"`);
    return {
      events: page.events.map(({ position, bytes }) => ({ position: String(position), ...decode(bytes, seal) })),
      cursor,
      end: page.end,
    };
  }

  /** Whoever waits beyond the end would miss what comes in until the log is as long again as the one that it has read. */
  private async refuseBeyond(from: bigint): Promise<void> {
    const { position } = await this.kith.known();
    if (from <= position || from <= (await this.kith.log.head()).position) return;
    throw new Refusal(
      'bad-cursor',
      'this cursor is beyond the end of the log: it was handed out before the log was put back to an older state; begin again without one, what is known already comes once more',
    );
  }
}

const writeCursor = (position: bigint, logId: string): string =>
  Buffer.from(`${logId}.${position}`).toString('base64url');

function readCursor(cursor: string, logId: string): bigint {
  const [, log, position] = /^(.{1,64})\.(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (log !== logId || position === undefined) {
    throw new Refusal('bad-cursor', 'this cursor was not handed out by this log; begin again without one');
  }
  return BigInt(position);
}
