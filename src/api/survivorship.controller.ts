/** Which value a customer shows: a steward's word about one, the policies that held, trying another one, publishing it. */
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Kith } from '../app/kith';
import type { NamedPolicy } from '../app/policies';
import { Ask, Execute, THE_KITH } from './asking';
import { becauseOf, OverrideBody, PolicyBody, TrialBody } from './identity-requests';
import { ReadYourWrites, tellPosition } from './position';
import { Beside, jsonOf, ReasonBody } from './requests';

@Controller('v1')
@UseGuards(ReadYourWrites)
export class SurvivorshipController {
  constructor(
    private readonly commands: CommandBus,
    private readonly questions: QueryBus,
    @Inject(THE_KITH) private readonly kith: Kith,
  ) {}

  /** A steward's word: of the values that there are, this one is shown. */
  @Post('customers/:id/overrides')
  async choose(
    @Param('id') customer: string,
    @Beside('value') body: OverrideBody,
    @Body('value') value: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const about = { customer, field: body.field, value: jsonOf(value), because: becauseOf(body) };
    const { override, position } = await this.commands.execute(new Execute('choose', about));
    tellPosition(reply, this.kith, position);
    void reply.code(override === undefined ? 200 : 201);
    return { ...(override !== undefined && { override }) };
  }

  @Post('overrides/:id/undo')
  async undo(@Param('id') override: string, @Body() body: ReasonBody, @Res({ passthrough: true }) reply: FastifyReply) {
    const { position } = await this.commands.execute(new Execute('undoChoice', { override, because: becauseOf(body) }));
    tellPosition(reply, this.kith, position);
    void reply.code(position === undefined ? 200 : 201);
    return {};
  }

  @Get('policies')
  policies() {
    return this.questions.execute(new Ask('policies', undefined));
  }

  /** Which customers would show something else; nothing is published. */
  @Post('policies/trials')
  @HttpCode(200)
  trial(@Beside('policy') { hash }: TrialBody, @Body('policy') policy: unknown) {
    return this.questions.execute(new Ask('policyTrial', named(policy, hash)));
  }

  /** A new one, or one that held before: rolling back is publishing again. */
  @Post('policies')
  async publish(
    @Beside('policy') body: PolicyBody,
    @Body('policy') policy: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { hash, position } = await this.commands.execute(
      new Execute('publishPolicy', { named: named(policy, body.hash), because: becauseOf(body) }),
    );
    tellPosition(reply, this.kith, position);
    void reply.code(position === undefined ? 200 : 201);
    return { hash };
  }
}

const named = (policy: unknown, hash: string | undefined): NamedPolicy => ({
  ...(policy !== undefined && { policy }),
  ...(hash !== undefined && { hash }),
});
