/** The HTTP door as one Nest module around an opened Kith. A host application may import it as it is. */
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { Kith } from '../app/kith';
import { Asking, Executing, THE_KITH } from './asking';
import { ChangesController } from './changes.controller';
import { CustomersController } from './customers.controller';
import { EventsController } from './events.controller';
import { FactsController } from './facts.controller';
import { IdentityController } from './identity.controller';
import { LIMITS, type Limits } from './limits';
import { OperationsController } from './operations.controller';
import { RevisionsController } from './revisions.controller';
import { SurvivorshipController } from './survivorship.controller';
import { checked } from './validation';

@Module({})
export class ApiModule {
  static around(kith: Kith, limits: Limits): DynamicModule {
    return {
      module: ApiModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        EventsController,
        CustomersController,
        RevisionsController,
        ChangesController,
        FactsController,
        IdentityController,
        SurvivorshipController,
        OperationsController,
      ],
      providers: [
        { provide: THE_KITH, useValue: kith },
        { provide: LIMITS, useValue: limits },
        { provide: APP_PIPE, useFactory: checked },
        Asking,
        Executing,
      ],
    };
  }
}
