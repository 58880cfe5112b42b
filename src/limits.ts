/** Every limit of the service, in one place. Why each exists is told where it is used. */
export const LIMITS = {
  webhook: { directoryMs: 40, recordMs: 1_000 },
  mediaStream: { startMs: 5_000, brokenInARow: 10, pingMs: 20_000 },
  session: { resumeMs: 30_000, afterStopMs: 3_000, longestCallMs: 4 * 3_600_000, alertMs: 5_000, recordMs: 1_000 },
  deepgram: {
    backlogMs: 7_000,
    overlapMs: 250,
    catchUpRate: 1.25,
    catchUpBurstMs: 1_000,
    keepAliveMs: 4_000,
    deafAfterMs: 30_000,
    stalledAfterMs: 3_000,
    pingMs: 2_000,
    finishMs: 10_000,
  },
  scoring: {
    window: { spanMs: 180_000, utterances: 60, characters: 6_000 },
    modelDeadlineMs: 4_000,
    modelGapMs: 3_000,
    callBudget: { tokensPerMinute: 24_000, burstTokens: 60_000 },
  },
  model: { failuresInARow: 5, openMs: 10_000, tokensPerMinute: 1_000_000, burstTokens: 1_000_000 },
  outbox: {
    pollMs: 1_000,
    concurrency: 32,
    leaseMs: 15_000,
    answerMs: 6_000,
    giveUpAfterMs: 3_600_000,
    lateAfterMs: 300_000,
    reportedFailures: 8,
    firstRetryMs: 1_500,
    longestRetryMs: 60_000,
    unansweredCalls: 3,
    callAgainMs: 60_000,
  },
  writeBehind: { flushMs: 250, longestRetryMs: 5_000, queue: 50_000 },
  retention: { everyMs: 3_600_000 },
  events: { bufferBytes: 1 << 20, heartbeatMs: 15_000 },
  health: { localMs: 1_000, providerMs: 30_000 },
};

export type Limits = typeof LIMITS;
