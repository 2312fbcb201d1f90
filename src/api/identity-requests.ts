/** What clients may send about who is one customer: bodies of a steward's decisions, and parameters of what is asked. */
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import type { Because } from '../app/stewarding';
import { ReasonBody } from './requests';

const ID = /^[0-9a-f]{32}$/;

export class PairBody extends ReasonBody {
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @Matches(ID, { each: true, message: 'records must be ids of 32 hex digits, as a customer lists them' })
  records!: [string, string];
}

export class MergeBody extends ReasonBody {
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(50)
  @Matches(ID, { each: true, message: 'customers must be ids of 32 hex digits' })
  customers!: string[];
}

export class ModelBody extends ReasonBody {
  @Matches(/^[0-9a-f]{64}$/, { message: 'hash must be that of a model that was published, or of the default' })
  hash!: string;
}

const POLICY = { message: 'hash must be that of a policy that was published, or of the default' };

/** Beside the policy itself, where it is written out. */
export class TrialBody {
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, POLICY)
  hash?: string;
}

export class PolicyBody extends ReasonBody {
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, POLICY)
  hash?: string;
}

/** Beside the value, which is any JSON. */
export class OverrideBody extends ReasonBody {
  @IsString()
  @Length(1, 256)
  field!: string;
}

export class DryRun {
  /** In a query it is a text. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  dryRun?: boolean;
}

export class CandidateParameters {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;
}

export class TwoRecords {
  @Matches(ID, { message: 'a must be the id of a record, 32 hex digits' })
  a!: string;

  @Matches(ID, { message: 'b must be the id of a record, 32 hex digits' })
  b!: string;
}

export const becauseOf = ({ reason, actor }: ReasonBody): Because => ({
  reason,
  ...(actor !== undefined && { actor }),
});
