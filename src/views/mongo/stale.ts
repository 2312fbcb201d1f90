/** What comes out of a write that somebody else overtook. Nothing is lost by it: who folds begins again at the checkpoint. */

export class StaleViews extends Error {
  constructor(name: string, why: string) {
    super(`views ${name}: ${why}`);
    this.name = 'StaleViews';
  }
}

/** Another process holds the lease: this one must not write until it holds it again. */
export class Fenced extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Fenced';
  }
}
