/** Taking a fact back, putting it back, putting it right. Each is a decision: it goes over the command bus. */
import { Body, Controller, Inject, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Kith } from '../app/kith';
import type { Revise } from '../app/revising';
import { Execute, THE_KITH } from './asking';
import { tellPosition } from './position';
import { Beside, commandOf, dataOf, RevisionBody } from './requests';

@Controller('v1')
export class RevisionsController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(THE_KITH) private readonly kith: Kith,
  ) {}

  @Post('retractions')
  retract(@Body() body: RevisionBody, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.revise(commandOf('retracted', body), reply);
  }

  @Post('reinstatements')
  reinstate(@Body() body: RevisionBody, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.revise(commandOf('reinstated', body), reply);
  }

  @Post('corrections')
  correct(
    @Beside('data') body: RevisionBody,
    @Body('data') data: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.revise(commandOf('corrected', body, dataOf(data)), reply);
  }

  /** 201: done; 200: it stood so already. */
  private async revise(command: Revise, reply: FastifyReply) {
    const { outcome, fact, record, position } = await this.bus.execute(new Execute('revise', command));
    tellPosition(reply, this.kith, position);
    void reply.code(outcome === 'done' ? 201 : 200);
    return { outcome, fact, record };
  }
}
