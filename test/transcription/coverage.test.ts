import { describe, expect, it } from 'vitest';
import { createCoverage } from '../../src/transcription/coverage.ts';

describe('the coverage of a stream', () => {
  it('counts as blind what was lost outside of what the fallback heard', () => {
    const coverage = createCoverage();
    coverage.lose(0, 100);
    coverage.begin(150);
    coverage.lose(100, 300);
    expect(coverage.blindBytes).toBe(150);
    coverage.giveBack(280);
    coverage.lose(300, 400);
    expect(coverage.blindBytes).toBe(250);
  });

  it('knows which words are out', () => {
    const coverage = createCoverage();
    coverage.begin(100);
    coverage.tell(200);
    expect([99, 100, 199, 200].map(coverage.isTold)).toEqual([false, true, true, false]);
    expect([99, 150, 200].map(coverage.toldFrom)).toEqual([99, 200, 200]);
  });

  it('takes back what a fallback that broke had not told yet', () => {
    const coverage = createCoverage();
    coverage.begin(100);
    coverage.tell(200);
    coverage.lose(0, 500);
    expect(coverage.blindBytes).toBe(100);
    coverage.breakOff();
    expect(coverage.blindBytes).toBe(400);
    coverage.tell(600);
    expect(coverage.isTold(300)).toBe(false);
    coverage.breakOff();
    expect(coverage.blindBytes).toBe(400);
  });

  it('lets the words that were held back reach to where the main recogniser took over, and no further', () => {
    const coverage = createCoverage();
    coverage.begin(100);
    coverage.tell(200);
    coverage.giveBack(300);
    coverage.tell(900);
    expect([299, 300].map(coverage.isTold)).toEqual([true, false]);
    coverage.giveBack(800);
    expect(coverage.latest).toMatchObject({ told: 300, until: 300 });
  });

  it('keeps what was told before, for a replay that reaches back there', () => {
    const coverage = createCoverage();
    for (const at of [100, 300]) {
      coverage.begin(at);
      coverage.tell(at + 100);
      coverage.giveBack(at);
    }
    expect([150, 250, 350].map(coverage.isTold)).toEqual([true, false, true]);
  });
});
