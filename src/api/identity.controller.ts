/**
 * Who is one customer, as people ask and decide it: merging and undoing, proposals to look at, records held apart, and
 * why any two records are, or are not, one. Each decision goes over the command bus and stands in the log.
 */
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Kith } from '../app/kith';
import { Ask, Execute, THE_KITH } from './asking';
import {
  becauseOf,
  CandidateParameters,
  DryRun,
  MergeBody,
  ModelBody,
  PairBody,
  TwoRecords,
} from './identity-requests';
import { ReadYourWrites, tellPosition } from './position';
import { ReasonBody } from './requests';

@Controller('v1')
@UseGuards(ReadYourWrites)
export class IdentityController {
  constructor(
    private readonly commands: CommandBus,
    private readonly questions: QueryBus,
    @Inject(THE_KITH) private readonly kith: Kith,
  ) {}

  /** `dryRun=true` shows the customers before and after, and decides nothing. */
  @Post('merges')
  async merge(
    @Body() body: MergeBody,
    @Query() { dryRun = false }: DryRun,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { customers } = body;
    const { position, ...merged } = await this.commands.execute(
      new Execute('merge', { customers, because: becauseOf(body), dryRun }),
    );
    tellPosition(reply, this.kith, position);
    void reply.code(merged.merges.length > 0 ? 201 : 200);
    return merged;
  }

  @Post('merges/:id/undo')
  @HttpCode(200)
  undo(@Param('id') merge: string, @Body() body: ReasonBody, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.decided(new Execute('undoMerge', { merge, because: becauseOf(body) }), reply);
  }

  @Get('match-candidates')
  async candidates(@Query() { limit = 50 }: CandidateParameters) {
    return { candidates: await this.questions.execute(new Ask('candidates', { limit })) };
  }

  /** A person knows that the two are one party. */
  @Post('links')
  link(@Body() body: PairBody, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.say('linked', body, reply);
  }

  @Post('held-apart')
  holdApart(@Body() body: PairBody, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.say('apart', body, reply);
  }

  @Post('held-apart/releases')
  release(@Body() body: PairBody, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.say('released', body, reply);
  }

  /** Not to be proposed again, nor linked by rule. */
  @Post('match-rejections')
  reject(@Body() body: PairBody, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.say('rejected', body, reply);
  }

  @Post('match-rejections/withdrawals')
  reconsider(@Body() body: PairBody, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.say('reconsidered', body, reply);
  }

  @Get('explanations')
  explain(@Query() about: TwoRecords) {
    return this.questions.execute(new Ask('explanation', about));
  }

  @Get('customers/:id/decisions')
  async decisions(@Param('id') id: string) {
    return { decisions: await this.questions.execute(new Ask('decisions', { id })) };
  }

  @Get('customers/:id/related')
  async related(@Param('id') id: string) {
    return { related: await this.questions.execute(new Ask('related', { id })) };
  }

  /** Statistics, the model that holds, and the values that too many people share. */
  @Get('matching')
  matching() {
    return this.questions.execute(new Ask('matching', undefined));
  }

  @Get('models')
  async models() {
    return { models: await this.questions.execute(new Ask('models', undefined)) };
  }

  /** Makes a model hold that was published before, or the default: rolling back is publishing again. */
  @Post('models')
  async publish(@Body() body: ModelBody, @Res({ passthrough: true }) reply: FastifyReply) {
    const { hash, position } = await this.commands.execute(
      new Execute('publishModel', { hash: body.hash, because: becauseOf(body) }),
    );
    tellPosition(reply, this.kith, position);
    void reply.code(position === undefined ? 200 : 201);
    return { hash };
  }

  private say(
    wants: 'linked' | 'apart' | 'released' | 'rejected' | 'reconsidered',
    body: PairBody,
    reply: FastifyReply,
  ) {
    return this.decided(new Execute('say', { records: body.records, wants, because: becauseOf(body) }), reply);
  }

  /** 201: decided; 200: it stood so already. */
  private async decided(command: Execute<'say' | 'undoMerge'>, reply: FastifyReply) {
    const { a, b, outcome, position } = await this.commands.execute(command);
    tellPosition(reply, this.kith, position);
    void reply.code(outcome === 'decided' ? 201 : 200);
    return { records: [a, b], outcome };
  }
}
