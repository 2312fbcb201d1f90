/** What the calls to one node of the double share. */
import type { Counters } from './counters';
import type { Faults } from './faults';
import type { Records } from './records';
import type { Settings } from './settings';

export interface Node {
  readonly records: Records;
  readonly faults: Faults;
  readonly counters: Counters;
  readonly settings: Settings;
}
