/** What may be sent: the catalogue of facts with their schemas, and the catalogue of reasons why Kith says no. */
import { Controller, Get, Param } from '@nestjs/common';
import { catalogue, definitionOf } from '../domain/facts/catalogue';
import type { FactDefinition } from '../domain/kernel';
import { Refusal } from '../domain/refusals';
import { isProblemCode, reasons, statusOf, titleOf } from './problems';

@Controller()
export class FactsController {
  @Get('v1/facts')
  facts() {
    return { facts: catalogue.map(describe) };
  }

  @Get('v1/facts/:type')
  fact(@Param('type') type: string) {
    const definition = definitionOf(type);
    if (!definition)
      throw new Refusal('not-found', `no fact has the type ${JSON.stringify(type)}; GET /v1/facts lists them all`);
    return describe(definition);
  }

  @Get('problems/:code')
  reason(@Param('code') code: string) {
    if (!isProblemCode(code)) throw new Refusal('not-found', 'no problem has this code');
    return { code, title: titleOf(code), status: statusOf(code), says: reasons[code] };
  }
}

const describe = ({ type, kind, says, schema, example }: FactDefinition) => ({ type, kind, says, schema, example });
