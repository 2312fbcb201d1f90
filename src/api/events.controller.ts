/**
 * The door for facts: one CloudEvent, a batch, or a stream of lines. A success means durable; every item has its own
 * answer. No validator and no bus stand here: admission checks each event, and this is the hot path.
 */
import { Readable } from 'node:stream';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ItemResult } from '../app/intake';
import type { Kith } from '../app/kith';
import { Refusal } from '../domain/refusals';
import { THE_KITH } from './asking';
import { answerOf, takeBatch, takeStream } from './bulk';
import { binaryEvent, isBinaryMode } from './cloudevents';
import { Gathering } from './gathering';
import { LIMITS, type Limits } from './limits';
import { tellPosition } from './position';
import { sendProblem } from './problem-filter';
import { DoorRefusal, problem } from './problems';
import { BATCH, EVENT, mediaType, NDJSON } from './reading-bodies';

@Controller('v1/events')
export class EventsController {
  private readonly gathering: Gathering;

  constructor(
    @Inject(THE_KITH) private readonly kith: Kith,
    @Inject(LIMITS) private readonly limits: Limits,
  ) {
    this.gathering = new Gathering(kith.intake);
  }

  @Post()
  async take(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { body } = request;
    if (body instanceof Readable && mediaType(request) === NDJSON) return this.takeLines(body, reply);
    if (isBinaryMode(request)) return this.takeOne(binaryEvent(request), request, reply);
    if (Array.isArray(body) && mediaType(request) !== EVENT) return this.takeMany(body, reply);
    if (body === undefined)
      throw new Refusal('not-json', 'the body is empty; send a CloudEvent, or its attributes as ce- headers');
    if (mediaType(request) === BATCH) throw new Refusal('not-an-event', 'a batch is an array of events');
    return this.takeOne(body, request, reply);
  }

  private async takeOne(event: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const result = await this.gathering.accept(event);
    if (result.outcome === 'refused' || result.outcome === 'conflict')
      return sendProblem(request, reply, problemFrom(result));
    tellPosition(reply, this.kith, result.position);
    void reply.code(result.outcome === 'accepted' ? 201 : 200).send(answerOf(result));
  }

  private async takeMany(items: readonly unknown[], reply: FastifyReply): Promise<void> {
    if (items.length > this.limits.maxBatch) {
      throw new DoorRefusal(
        'batch-too-long',
        `the batch has ${items.length} items, ${this.limits.maxBatch} is the most; nothing of it was stored`,
      );
    }
    const { tally, results } = await takeBatch(this.kith.intake, items);
    tellPosition(reply, this.kith, tally.position);
    void reply.code(200).send({ summary: tally.summary, results });
  }

  private async takeLines(lines: Readable, reply: FastifyReply): Promise<void> {
    const { tally, results, unnamed } = await takeStream(this.kith.intake, lines, this.limits.maxLineBytes);
    tellPosition(reply, this.kith, tally.position);
    void reply.code(200).send({ summary: tally.summary, results, unnamed });
  }
}

function problemFrom(result: Extract<ItemResult, { outcome: 'refused' | 'conflict' }>) {
  if (result.outcome === 'refused') {
    return problem(result.code, result.detail, result.errors.length > 0 ? { errors: result.errors } : {});
  }
  const { detail, event, known, sent } = result;
  return problem('id-conflict', detail, { event, known, sent });
}
