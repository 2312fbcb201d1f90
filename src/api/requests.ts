/**
 * What clients may send beside facts: parameters of queries and bodies of commands, checked by class-validator. Nothing
 * below this door knows these classes; they become plain values here.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsDefined,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { FastifyRequest } from 'fastify';
import type { Clocks } from '../app/reading';
import type { Revise } from '../app/revising';
import type { JsonObject, JsonValue } from '../domain/kernel';
import { Refusal } from '../domain/refusals';
import type { RevisionKind } from '../domain/revision';
import { readTime } from '../domain/times';
import { IsTime, IsWellFormed } from './validation';

/** Both clocks, on reads of one customer. */
export class AtMoment {
  @IsOptional()
  @IsTime()
  asOf?: string;

  @IsOptional()
  @IsTime()
  knownAt?: string;
}

export const clocksOf = ({ asOf, knownAt }: AtMoment): Clocks => ({
  ...(asOf !== undefined && { asOf: readTime(asOf, 'asOf').ms }),
  ...(knownAt !== undefined && { knownAt: readTime(knownAt, 'knownAt').ms }),
});

export class ByIdentifier {
  @IsString()
  @Length(3, 600)
  identifier!: string;
}

export class TimelineParameters extends AtMoment {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  @IsOptional()
  @IsString()
  @Length(1, 200)
  cursor?: string;
}

export class HistoryParameters extends AtMoment {
  @IsString()
  @Length(1, 200)
  field!: string;
}

export class ChangesParameters {
  @IsOptional()
  @IsString()
  @Length(1, 200)
  after?: string;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;

  /** One or several. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => [value].flat())
  @IsArray()
  @Matches(/^kith\.[a-z0-9-]+\.v\d+$/, { each: true, message: 'type must be like kith.purchase-made.v1' })
  type?: string[];
}

class FactReference {
  @IsString()
  @Length(1, 256)
  @IsWellFormed()
  source!: string;

  @IsString()
  @Length(1, 256)
  @IsWellFormed()
  id!: string;
}

/** Why, and who: both stand in the decision for ever. */
export class ReasonBody {
  @IsString()
  @Length(1, 1_000)
  @IsWellFormed()
  reason!: string;

  @IsOptional()
  @IsString()
  @Length(1, 256)
  @IsWellFormed()
  actor?: string;
}

/** Body of a retraction, of a reinstatement, and beside its data of a correction. */
export class RevisionBody extends ReasonBody {
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => FactReference)
  fact!: FactReference;
}

/**
 * The body without one member, which another schema checks, such as the data of a correction: the transformer behind the
 * classes here would copy it, and leave out what it finds odd.
 */
export const Beside = createParamDecorator((member: string, context: ExecutionContext): unknown => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!isObject(body)) return body;
  const { [member]: _, ...rest } = body;
  return rest;
});

/** Throws `bad-parameter` where they are no object. */
export function dataOf(data: unknown): JsonObject {
  if (isObject(data)) return data;
  throw new Refusal('bad-parameter', '/data must be an object', [{ pointer: '/data', detail: 'must be an object' }]);
}

/** A member of a body in JSON. Throws `bad-parameter` where it is absent. */
export function jsonOf(value: unknown): JsonValue {
  if (isJson(value)) return value;
  throw new Refusal('bad-parameter', '/value is missing', [{ pointer: '/value', detail: 'is missing' }]);
}

/** What a parser of JSON made is JSON. */
const isJson = (value: unknown): value is JsonValue => value !== undefined;

/** A body was JSON, so an object in it is one of JSON. */
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function commandOf(kind: RevisionKind, { fact, reason, actor }: RevisionBody, data?: JsonObject): Revise {
  const { source, id } = fact;
  return { kind, fact: { source, id }, reason, ...(actor !== undefined && { actor }), ...(data && { data }) };
}
