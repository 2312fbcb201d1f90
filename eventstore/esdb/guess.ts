/** Whether streams that are not known are mostly new, as in an import, or not, as on a day like any other. */
export class Guess {
  private luck = 8;

  get good(): boolean {
    return this.luck > 0;
  }

  right(): void {
    this.luck = Math.min(16, this.luck + 1);
  }

  wrong(): void {
    this.luck = Math.max(0, this.luck - 2);
  }
}
