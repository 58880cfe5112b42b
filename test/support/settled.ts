/** When the promises that are already settled, and all that follows from them at once, have run. */
export const settled = (): Promise<void> => new Promise((done) => setImmediate(done));
