/** What the calls to one node of the double share. */
import type { Counters } from './counters';
import type { Faults } from './faults';
import type { Records } from './records';

export interface Node {
  readonly records: Records;
  readonly faults: Faults;
  readonly counters: Counters;
}
