import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    root: 'test',
    include: ['**/*.test.ts'],
    globalSetup: ['support/servers.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Whole calls in real time want a processor for themselves: this many files at once.
    maxWorkers: 2,
    restoreMocks: true,
  },
});
