import { Counter, type Registry } from 'prom-client';

/** A counter for what happens at every frame: an addition here, and the work of labels at the scrape. */
export interface Tally {
  count(value: string): void;
}

export interface TallyOptions {
  readonly name: string;
  readonly help: string;
  readonly labelName: string;
  readonly registers: Registry[];
}

export function createTally({ labelName, ...options }: TallyOptions): Tally {
  const counts: Record<string, number> = Object.create(null);
  new Counter({
    ...options,
    labelNames: [labelName],
    collect() {
      this.reset();
      for (const [value, count] of Object.entries(counts)) this.inc({ [labelName]: value }, count);
    },
  });

  return {
    count(value) {
      counts[value] = (counts[value] ?? 0) + 1;
    },
  };
}
