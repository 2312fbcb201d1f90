/**
 * What one record says about its party, raw, as a source wrote it. Built from a view of a record or from the columns of
 * a file; nothing here is normalised, and nothing is left out because it looks wrong.
 */
import type { Address } from '../facts/address';

export type PartyKind = 'person' | 'organisation' | 'unknown';

/** A name in parts or in full; both may be there. For organisations `full` is the name and `legalForm` what follows it. */
export interface DescribedName {
  readonly full?: string;
  readonly given?: string;
  readonly middle?: string;
  readonly family?: string;
  readonly secondFamily?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly nickname?: string;
  readonly legalForm?: string;
}

/**
 * Two directions that are not the same. `exclusive`: a party has one of this scheme, so that another one is another party.
 * `owned`: a value of this scheme has one party, so that two records that share it are linked unless their names contradict
 * each other. Whatever is exclusive is owned too.
 */
export interface DescribedIdentifier {
  readonly scheme: string;
  readonly value: string;
  readonly exclusive: boolean;
  readonly owned?: boolean;
  /** A party gets another one now and then, as a passport: two of them are a question. */
  readonly renewed?: boolean;
  /** Nobody said who issued it: the same number may be of another issuer, and is a question. */
  readonly unissued?: boolean;
  readonly verified?: boolean;
}

/** The members of a fact's address; `lines` is whatever stood in free text, in one text. */
export interface DescribedAddress extends Partial<Omit<Address, 'lines'>> {
  readonly lines?: string;
}

export interface Described {
  readonly id: string;
  /** Milliseconds since 1970 UTC; decides which record names the customer. 0 where nobody knows. */
  readonly recordedAt?: number;
  readonly kind: PartyKind;
  readonly names: readonly DescribedName[];
  /** YYYY, YYYY-MM, YYYY-MM-DD, or as people write dates. */
  readonly births: readonly string[];
  readonly identifiers: readonly DescribedIdentifier[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  /** Of an organisation: addresses of its pages, or bare domains. */
  readonly websites?: readonly string[];
  readonly addresses: readonly DescribedAddress[];
  readonly gender?: string;
  readonly employers?: readonly string[];
  /** ISO 3166 alpha-2; the region in which phone numbers without a country are read. */
  readonly country?: string;
  /** Anything else that tells people apart a little: `{ occupation: 'painter', birthPlace: 'Linz' }`. */
  readonly traits?: Readonly<Record<string, string>>;
}
