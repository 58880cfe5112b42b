/** Values that are learned by gradients (Adam), from 0. */
export interface Adam {
  readonly values: Float64Array;
  step(gradient: Float64Array): void;
}

/** The steps are as large as `largestStep` for two thirds of them, and smaller to the end. */
export function createAdam(length: number, steps: number, largestStep: number): Adam {
  const values = new Float64Array(length);
  const mean = new Float64Array(length);
  const square = new Float64Array(length);
  let taken = 0;
  return {
    values,
    step(gradient) {
      taken += 1;
      const rate = largestStep * Math.min(1, 3 * (1 - taken / (steps + 1)));
      for (const [at, slope] of gradient.entries()) {
        mean[at] = 0.9 * (mean[at] ?? 0) + 0.1 * slope;
        square[at] = 0.99 * (square[at] ?? 0) + 0.01 * slope * slope;
        const direction =
          (mean[at] ?? 0) / (1 - 0.9 ** taken) / (Math.sqrt((square[at] ?? 0) / (1 - 0.99 ** taken)) + 1e-8);
        values[at] = (values[at] ?? 0) - rate * direction;
      }
    },
  };
}
