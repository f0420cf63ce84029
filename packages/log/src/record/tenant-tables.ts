import { Labels } from '@tidemark/tsdb/model';

/** What one record adds to a table: `added[i]` has the number `base + i`. */
export interface Announced<T> {
  readonly base: number;
  readonly added: readonly T[];
}

/** Is the `SeriesTable` that consumers see. Holes are what lost records announced: `undefined`, and labels that no sample names. */
export class TenantTables {
  readonly labels: Labels[] = [];
  readonly strings: (string | undefined)[] = [];
  holes = false;

  add(strings: Announced<string>, series: Announced<Labels>): void {
    if (series.base > this.labels.length || strings.base > this.strings.length) this.holes = true;
    while (this.strings.length < strings.base) this.strings.push(undefined);
    while (this.labels.length < series.base) this.labels.push(Labels.EMPTY);
    for (const text of strings.added) this.strings.push(text);
    for (const labels of series.added) {
      if (labels === Labels.EMPTY) this.holes = true;
      this.labels.push(labels);
    }
  }
}
