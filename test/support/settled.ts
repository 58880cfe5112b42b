export const settled = (): Promise<void> => new Promise((done) => setImmediate(done));
