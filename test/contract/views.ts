/**
 * What every engine of the views must do, written once. An engine's spec opens fresh views for each case and hands them
 * to `viewsContract`; nothing here knows which engine it is.
 */
import type { ViewReader, ViewSet, ViewStore } from '../../src/app/ports';
import { documents } from './views/documents';
import { generations } from './views/generations';
import { standing } from './views/standing';
import { timelines } from './views/timelines';

export interface Opened {
  readonly store: ViewStore;
  /** Reads what is live, through a connection of its own where the engine has connections. */
  readonly reader: () => ViewReader;
  /** Ends and removes whatever was opened. */
  readonly end: () => Promise<void>;
}

/** The store of the running case, and one generation in it, not live yet. */
export type Current = () => Opened & { readonly views: ViewSet };

export function viewsContract(name: string, open: () => Promise<Opened>): void {
  describe(`the views, ${name}`, () => {
    let opened: ReturnType<Current>;
    beforeEach(async () => {
      const fresh = await open();
      opened = { ...fresh, views: await fresh.store.create('folds-1') };
    });
    afterEach(() => opened.end());
    const current: Current = () => opened;
    describe('documents', () => documents(current));
    describe('timelines', () => timelines(current));
    describe('beside the documents', () => standing(current));
    describe('generations', () => generations(current));
  });
}
