/** Which facts there are, and whether data fit their type. A new fact is a line here; a type that was ever stored stays. */
import type { FactDefinition } from '../kernel';
import type { RefusalCode } from '../refusals';
import { AddressLeft, AddressStated, Moved } from './address';
import { type Check, compile } from './checking';
import { AccountAdjusted, PurchaseMade, PurchaseReturned, StockAdjusted } from './commerce';
import { ConsentGranted, ConsentWithdrawn } from './consent';
import { ContactPointEnded, ContactPointStated } from './contact';
import {
  CallHeld,
  ChatHeld,
  EmailExchanged,
  LetterExchanged,
  MeetingHeld,
  SocialMessageExchanged,
  TextMessageExchanged,
} from './conversations';
import { PositionHeld, PositionLeft } from './employment';
import { IdentifierEnded, IdentifierStated } from './identifiers';
import { AttributeEnded, AttributeStated, BirthDateStated, NameStated, StandingStated } from './profile';
import { type DataError, dataError, isSaid } from './sentences';
import { ComplaintRaised, ComplaintResolved, NoteTaken } from './service';
import { FormSubmitted, PageViewed } from './web';

/** Family by family, in the order of the docs. */
export const catalogue: readonly FactDefinition[] = [
  ...[NameStated, BirthDateStated, StandingStated, AttributeStated, AttributeEnded],
  ...[IdentifierStated, IdentifierEnded],
  ...[ContactPointStated, ContactPointEnded],
  ...[AddressStated, AddressLeft, Moved],
  ...[PositionHeld, PositionLeft],
  ...[PurchaseMade, PurchaseReturned, StockAdjusted, AccountAdjusted],
  ...[CallHeld, MeetingHeld, ChatHeld, EmailExchanged, LetterExchanged, TextMessageExchanged, SocialMessageExchanged],
  ...[PageViewed, FormSubmitted],
  ...[ComplaintRaised, ComplaintResolved, NoteTaken],
  ...[ConsentGranted, ConsentWithdrawn],
];

const byType: ReadonlyMap<string, FactDefinition> = new Map(
  catalogue.map((definition) => [definition.type, definition]),
);

export const definitionOf = (type: string): FactDefinition | undefined => byType.get(type);

/** Types that state something of who the party is, or that it ended, as their examples do; the others only count and add up. */
export const describingTypes: readonly string[] = catalogue
  .filter(({ tells, example }) => tells(example).some((telling) => telling.tells !== 'adds'))
  .map(({ type }) => type);

/** The types that a timeline calls `kind`; none for a kind that does not exist. */
export const typesOfKind = (kind: string): readonly string[] =>
  catalogue.filter((definition) => definition.kind === kind).map(({ type }) => type);

/** Compiled when a type is first met, so that starting costs nothing. */
const checks = new Map<string, Check>();

/** More errors than this are counted, not listed. */
const MOST_ERRORS = 50;

/**
 * What is wrong with `data` as data of a fact of this type; empty when nothing is. `now` is the moment of receipt in
 * milliseconds since 1970 UTC. Pointers start at the data. Surrogates are looked at elsewhere.
 */
export function checkData(type: string, data: unknown, now: number): readonly DataError[] {
  const check = checkOf(type);
  if (!check) return [{ pointer: '', detail: `no fact has the type ${JSON.stringify(type)}`, code: 'unknown-type' }];
  const failed = check(data, now).filter(isSaid);
  const errors = failed.slice(0, MOST_ERRORS).map(dataError);
  if (failed.length <= MOST_ERRORS) return errors;
  return [
    ...errors,
    { pointer: '', detail: `the data have ${failed.length - MOST_ERRORS} more errors`, code: 'schema-mismatch' },
  ];
}

/** The one refusal for all errors: their own if they agree, else that the data do not fit. */
export function codeFor(errors: readonly DataError[]): RefusalCode {
  const codes = new Set(errors.map(({ code }) => code));
  const [code = 'schema-mismatch'] = codes;
  return codes.size === 1 ? code : 'schema-mismatch';
}

function checkOf(type: string): Check | undefined {
  const definition = byType.get(type);
  if (!definition) return undefined;
  const check = checks.get(type) ?? compile(definition.schema);
  checks.set(type, check);
  return check;
}
