/**
 * Records of other tenants, as cheap as they can be: they share names and body, and are encoded when somebody reads them.
 * A million of them take some 150 MB.
 */
import { encodeRecord } from './messages';
import type { Recorded } from './shapes';

export const FOREIGN_STREAMS = 1_000;
/** What one takes in the log file, in bytes. */
export const FOREIGN_SIZE = 330n;

const NAMES = Array.from({ length: FOREIGN_STREAMS }, (_, i) => `neighbour.record-${i}`);
const BODY = Buffer.from(JSON.stringify({ text: 'x'.repeat(189) }));
const CREATED = Date.now();
const NOTHING = new Uint8Array();

export class ForeignRecord implements Recorded {
  readonly created = CREATED;

  constructor(
    private readonly ordinal: number,
    readonly revision: bigint,
    readonly position: bigint,
  ) {}

  static streamOf(ordinal: number): string {
    return NAMES[ordinal % FOREIGN_STREAMS] as string;
  }

  get id(): string {
    return `00000000-0000-4000-9000-${String(this.ordinal).padStart(12, '0')}`;
  }

  get stream(): string {
    return ForeignRecord.streamOf(this.ordinal);
  }

  get type(): string {
    return 'NeighbourMoved';
  }

  get wire(): Buffer {
    const { id, type } = this;
    const event = { id, type, contentType: 'application/json', metadata: NOTHING, data: BODY };
    return encodeRecord(this, event);
  }
}
