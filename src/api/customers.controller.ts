/**
 * Who is this customer, what happened, where does a value come from; now or at any moment on two clocks. A customer's
 * body is sent as it is stored, byte for byte.
 */
import { hash } from 'node:crypto';
import { Controller, Get, Headers, Param, Query, Res, UseGuards } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { FoundCustomer } from '../app/reading';
import { Ask } from './asking';
import { ReadYourWrites } from './position';
import { AtMoment, ByIdentifier, clocksOf, HistoryParameters, TimelineParameters } from './requests';

@Controller('v1/customers')
@UseGuards(ReadYourWrites)
export class CustomersController {
  constructor(private readonly bus: QueryBus) {}

  @Get(':id')
  async customer(
    @Param('id') id: string,
    @Query() moment: AtMoment,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.bus.execute(new Ask('customer', { id, ...clocksOf(moment) }));
    sendViews(reply, found.body, [found], known);
  }

  @Get()
  async customers(
    @Query() { identifier }: ByIdentifier,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.bus.execute(new Ask('customersWith', { identifier }));
    sendViews(reply, `{"customers":[${found.map(({ body }) => body).join(',')}]}`, found, known);
  }

  @Get(':id/timeline')
  async timeline(
    @Param('id') id: string,
    @Query() asked: TimelineParameters,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { limit = 50, cursor } = asked;
    const page = await this.bus.execute(
      new Ask('timeline', { id, limit, ...(cursor !== undefined && { cursor }), ...clocksOf(asked) }),
    );
    if (page.cursor !== undefined) {
      const next = new URLSearchParams({ ...clocksAsked(asked), limit: String(limit), cursor: page.cursor });
      void reply.header('link', `</v1/customers/${id}/timeline?${next.toString()}>; rel="next"`);
    }
    return page;
  }

  @Get(':id/history')
  async history(@Param('id') id: string, @Query() asked: HistoryParameters) {
    const { field } = asked;
    return { field, entries: await this.bus.execute(new Ask('history', { id, field, ...clocksOf(asked) })) };
  }
}

const clocksAsked = ({ asOf, knownAt }: AtMoment): Record<string, string> => ({
  ...(asOf !== undefined && { asOf }),
  ...(knownAt !== undefined && { knownAt }),
});

function sendViews(
  reply: FastifyReply,
  body: string,
  found: readonly FoundCustomer[],
  known: string | undefined,
): void {
  const tag = `"${hash('sha256', body, 'hex').slice(0, 32)}"`;
  void reply.headers({ etag: tag, 'cache-control': 'private, no-cache' });
  const behind = found.flatMap(({ parked }) => parked);
  if (behind[0])
    void reply.header('kith-behind', oneLine(`${behind[0].record} since ${behind[0].position}: ${behind[0].reason}`));
  if (known !== undefined && names(known, tag)) void reply.code(304).send();
  else void reply.header('content-type', 'application/json; charset=utf-8').send(body);
}

/** RFC 9110, 13.1.2: weak comparison, for a list or any. */
const names = (known: string, tag: string): boolean =>
  known.trim() === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);

/** A header carries one line of ASCII; the rest is percent-encoded. */
const oneLine = (text: string): string =>
  text
    .slice(0, 300)
    .toWellFormed()
    .replace(/[^\x20-\x24\x26-\x7e]/gu, encodeURIComponent);
