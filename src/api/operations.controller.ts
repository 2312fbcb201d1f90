/** Is this process alive, may it be asked, how far are its views; and what it is at all. */
import { Controller, Get, Inject, Post, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Doubles } from '../../eventstore/store';
import type { Trouble } from '../app/health';
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

  /** Ready while the views can answer. Throws `store-away` where they cannot, `not-ready` where they follow the log no more. */
  @Get('health/ready')
  async ready() {
    const { status, troubles } = await this.bus.execute(new Ask('known', undefined));
    const told = written(status);
    const degraded = troubles.map(writtenTrouble);
    const views = troubles.find(({ part }) => part === 'views');
    if (views)
      throw new DoorRefusal('store-away', `the store of the views cannot be reached: ${views.cause}`, {
        store: 'views',
        ...told,
        degraded,
      });
    // What the log withholds the views cannot show, and what they show stays true: every other node would be in the same state.
    const { state, reason = 'no reason was given', away } = status.runner;
    const waits = away === 'log' || troubles.some(({ part }) => part === 'log');
    if (state === 'stopped' && !waits)
      throw new DoorRefusal('not-ready', `the runner has stopped: ${reason}`, { ...told, degraded });
    return { status: degraded.length > 0 ? 'degraded' : 'ready', ...told, ...(degraded.length > 0 && { degraded }) };
  }

  @Get('v1/projections')
  @UseGuards(ReadYourWrites)
  async projections() {
    const { status, troubles, doubles, size, roots, parked } = await this.bus.execute(
      new Ask('projections', undefined),
    );
    const parkedRecords = parked.map(({ position, ...rest }) => ({ ...rest, position: String(position) }));
    return {
      ...written(status),
      ...(troubles.length > 0 && { degraded: troubles.map(writtenTrouble) }),
      doubled: writtenDoubles(doubles),
      size,
      roots,
      parkedRecords,
    };
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

const writtenTrouble = ({ part, cause, since }: Trouble) => ({
  part,
  cause,
  ...(since !== undefined && { since: new Date(since).toISOString() }),
});

/** The events that stand under an id that stood there before, which nothing shows. */
const writtenDoubles = ({ count, some }: Doubles) => ({
  count,
  some: some.map(({ position, revision, first, ...rest }) => ({
    ...rest,
    position: String(position),
    revision: String(revision),
    first: String(first),
  })),
});

/** Positions as text: they may be larger than a number in JSON can be. */
const written = ({ position, projected, matching, ...rest }: Status) => ({
  position: String(position),
  projected: String(projected),
  ...rest,
  ...(matching && { matching: { ...matching, position: String(matching.position) } }),
});
