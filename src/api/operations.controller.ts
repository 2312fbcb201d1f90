/** Is this process alive, may it be asked, how far are its views; and what it is at all. */
import { Controller, Get, Inject, Post, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Status } from '../app/kith';
import { Ask, Execute } from './asking';
import { LIMITS, type Limits } from './limits';
import { ReadYourWrites } from './position';
import { DoorRefusal } from './problems';

@Controller()
export class OperationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly bus: QueryBus,
    @Inject(LIMITS) private readonly limits: Limits,
  ) {}

  @Get()
  front() {
    return {
      name: 'Kith',
      says: 'The event-sourced core of a CRM: facts in, one view of each customer out.',
      links: {
        sendFacts: '/v1/events',
        factsThatMayBeSent: '/v1/facts',
        findCustomers: '/v1/customers?identifier=email:ada@example.org',
        changeFeed: '/v1/changes',
        projections: '/v1/projections',
        health: '/health/ready',
      },
    };
  }

  /** The process answers; nothing more is asked. */
  @Get('health/live')
  live() {
    return { status: 'alive' };
  }

  /** Throws `not-ready` where the views no longer follow the log. */
  @Get('health/ready')
  async ready() {
    const status = written(await this.bus.execute(new Ask('status', undefined)));
    const { state, reason = 'no reason was given' } = status.runner;
    if (state === 'stopped') throw new DoorRefusal('not-ready', `the runner has stopped: ${reason}`, { ...status });
    return { status: 'ready', ...status };
  }

  @Get('v1/projections')
  @UseGuards(ReadYourWrites)
  async projections() {
    const { status, size, roots, parked } = await this.bus.execute(new Ask('projections', undefined));
    const parkedRecords = parked.map(({ position, ...rest }) => ({ ...rest, position: String(position) }));
    return { ...written(status), size, roots, parkedRecords };
  }

  /** 200: folded again, here or by the node that leads the views; 202: that one was asked, and has not done it yet. */
  @Post('v1/parked-records/retries')
  async retryParked(@Res({ passthrough: true }) reply: FastifyReply) {
    const { patienceMs } = this.limits;
    const retried = await this.commands.execute(new Execute('retryParked', { patienceMs }));
    void reply.code(retried === 'asked' ? 202 : 200);
    return retried === 'asked' ? {} : retried;
  }
}

/** Positions as text: they may be larger than a number in JSON can be. */
const written = ({ position, projected, matching, ...rest }: Status) => ({
  position: String(position),
  projected: String(projected),
  ...rest,
  ...(matching && { matching: { ...matching, position: String(matching.position) } }),
});
