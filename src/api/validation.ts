/**
 * The pipe that checks bodies of commands and parameters of queries with class-validator, and says no in the words of
 * the refusal catalogue. An unknown member is refused, because nothing is dropped silently.
 */
import { ValidationPipe } from '@nestjs/common';
import { ValidateBy, type ValidationError, type ValidationOptions } from 'class-validator';
import { type FieldError, Refusal } from '../domain/refusals';
import { readTime } from '../domain/times';

export const checked = (): ValidationPipe =>
  new ValidationPipe({
    validateCustomDecorators: true,
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    exceptionFactory: (found: ValidationError[]) => {
      const errors = found.flatMap((error) => fieldErrors(error, ''));
      return new Refusal(
        'bad-parameter',
        errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '),
        errors,
      );
    },
  });

const fieldErrors = ({ property, constraints = {}, children = [] }: ValidationError, above: string): FieldError[] => {
  const pointer = `${above}/${property.slice(0, 60).replace(/~/g, '~0').replace(/\//g, '~1')}`;
  const here = Object.entries(constraints).map(([rule, said]) => ({
    pointer,
    detail: rule === 'whitelistValidation' ? 'is not known here' : said.replace(`${property} `, ''),
  }));
  return [...here, ...children.flatMap((child) => fieldErrors(child, pointer))];
};

/** A text without lone surrogates, which no UTF-8 can carry. */
export const IsWellFormed = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isWellFormed',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && value.isWellFormed(),
        defaultMessage: () => 'must be well-formed Unicode',
      },
    },
    options,
  );

/** RFC 3339 with an offset, as events have it. */
export const IsTime = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isTime',
      validator: {
        validate: (value: unknown) => whyNoTime(value) === '',
        defaultMessage: (about) => whyNoTime(about?.value),
      },
    },
    options,
  );

function whyNoTime(value: unknown): string {
  try {
    readTime(value, 'it');
    return '';
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.message;
    throw refusal;
  }
}
