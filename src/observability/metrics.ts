import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../call/clock.ts';
import { createSliceTimer } from './loop-slices.ts';
import { createTally } from './tally.ts';
import { shareMetrics } from './worker-metrics.ts';

const NS_PER_MS = 1e6;
const LOOP_SAMPLE_MS = 10;
/** Five milliseconds is what a piece of work may take at most. */
const HELD_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/** Work that comes in pieces, none of which may keep the audio of other calls waiting. */
type SlicedWork = 'scoring' | 'records' | 'feed';

/**
 * Every instrument of the service. A call, a user or a telephone number is never a label. `worker` is this process's number
 * among several behind one port, null when it is alone there.
 */
export function createMetrics(worker: number | null, clock: Clock) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, gcDurationBuckets: HELD_SECONDS });
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_SAMPLE_MS });
  loopDelay.enable();

  const loopHeld = new Histogram({
    name: 'ethiq_event_loop_held_seconds',
    help: 'How long one piece of work held the event loop, by what it was for',
    labelNames: ['part'],
    buckets: HELD_SECONDS,
    registers,
  });

  return {
    contentType: registry.contentType,
    /** Prometheus text; of all workers, where there are several. */
    scrape: worker === null ? () => registry.metrics() : shareMetrics(registry, worker),
    /** The gauge asks at each scrape: a count that is kept beside the calls would go astray. */
    trackActiveCalls(countCalls: () => number) {
      new Gauge({
        name: 'active_calls_total',
        help: 'Live monitored calls of this process',
        registers,
        collect() {
          this.set(countCalls());
        },
      });
    },
    httpRequestDuration: new Histogram({
      name: 'http_request_duration_ms',
      help: 'Duration of HTTP requests in milliseconds',
      labelNames: ['method', 'route', 'status_code'],
      buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000],
      registers,
    }),
    fraudDetections: new Counter({
      name: 'fraud_detections_total',
      help: 'Calls that raised an alert, by the kind of fraud',
      labelNames: ['fraud_type'],
      registers,
    }),
    transcriptionLatency: new Histogram({
      name: 'transcription_latency_ms',
      help: 'From the arrival of the last audio of a segment to its final text, in milliseconds',
      buckets: [50, 100, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000],
      registers,
    }),
    alertLatency: new Histogram({
      name: 'ethiq_alert_latency_seconds',
      help: 'From the end of the deciding utterance to the acceptance of the message by Twilio',
      buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
      registers,
    }),
    alertDispatch: new Histogram({
      name: 'ethiq_alert_dispatch_seconds',
      help: 'What the service adds: from the arrival of what decided to the request to Twilio, first attempts',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    mediaFrames: createTally({
      name: 'ethiq_media_frames_total',
      help: 'Messages of media streams by what became of them',
      labelName: 'outcome',
      registers,
    }),
    mediaForward: new Histogram({
      name: 'ethiq_media_forward_seconds',
      help: "From the reading of a call's audio, which has waited for its turn, to its forwarding to the recogniser; one reading in twenty",
      buckets: [0.0005, 0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    streams: new Counter({
      name: 'ethiq_media_streams_total',
      help: 'Media streams by how they began or ended',
      labelNames: ['outcome'],
      registers,
    }),
    blindSeconds: new Counter({
      name: 'ethiq_blind_seconds_total',
      help: 'Audio of calls that no recogniser ever processed',
      registers,
    }),
    sttReconnects: new Counter({
      name: 'ethiq_stt_reconnects_total',
      help: 'Attempts to reconnect a call to the recogniser',
      registers,
    }),
    sttConnectionsLost: new Counter({
      name: 'ethiq_stt_connections_lost_total',
      help: 'Connections to the recogniser that were lost or refused',
      registers,
    }),
    sttFallback: new Counter({
      name: 'ethiq_stt_fallback_total',
      help: "Starts and stops of Twilio's recogniser in the place of one that failed, and what failed of them",
      labelNames: ['event'],
      registers,
    }),
    sttBrokenMessages: new Counter({
      name: 'ethiq_stt_broken_messages_total',
      help: 'Messages of the recogniser that could not be read',
      registers,
    }),
    scoring: new Histogram({
      name: 'ethiq_scoring_seconds',
      help: 'Time to find the facts of a window',
      labelNames: ['scorer'],
      buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.05, 0.25, 0.5, 1, 2, 4],
      registers,
    }),
    llmTokens: new Counter({
      name: 'ethiq_llm_tokens_total',
      help: 'Tokens that the language model read and wrote',
      labelNames: ['kind'],
      registers,
    }),
    llmFailures: new Counter({
      name: 'ethiq_llm_failures_total',
      help: 'Windows that the language model did not answer',
      labelNames: ['retryable'],
      registers,
    }),
    alertDeliveries: new Counter({
      name: 'ethiq_alert_deliveries_total',
      help: 'Attempts to deliver messages and what became of them',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    alertsJournalled: new Counter({
      name: 'ethiq_alerts_journalled_total',
      help: 'Alerts that left from the journal on disk, before the database could record them',
      registers,
    }),
    alertsUnkept: new Counter({
      name: 'ethiq_alerts_unkept_total',
      help: 'Alerts that left though neither the database nor the journal took them: only their process knows of them',
      registers,
    }),
    journalFailures: new Counter({
      name: 'ethiq_journal_failures_total',
      help: 'What the journal of alerts could not do, or could not read',
      labelNames: ['reason'],
      registers,
    }),
    logLinesLost: new Counter({
      name: 'ethiq_log_lines_lost_total',
      help: 'Lines of the log that could not be written',
      registers,
    }),
    unmonitoredCalls: new Counter({
      name: 'ethiq_unmonitored_calls_total',
      help: 'Times that a call was answered without monitoring',
      labelNames: ['reason'],
      registers,
    }),
    clockSteps: new Counter({
      name: 'ethiq_clock_steps_total',
      help: "Jumps of the system's time of day",
      registers,
    }),
    clockAhead: new Gauge({
      name: 'ethiq_clock_ahead_seconds',
      help: "How far the system's time of day is ahead of the database's, as of the last comparison",
      registers,
    }),
    connectionsRefused: new Counter({
      name: 'ethiq_connections_refused_total',
      help: 'Connections from outside that were closed as they came: there were as many as may be',
      registers,
    }),
    recordsDropped: new Counter({
      name: 'ethiq_records_dropped_total',
      help: 'Rows of the record that were not kept: the queue was full, or the database refused them',
      registers,
    }),
    databaseFailures: new Counter({
      name: 'ethiq_database_failures_total',
      help: 'Database operations that failed, by what they were for',
      labelNames: ['operation'],
      registers,
    }),
    orphanedCalls: new Counter({
      name: 'ethiq_orphaned_calls_total',
      help: 'Calls that another instance held when it died, and what was found of them',
      labelNames: ['outcome'],
      registers,
    }),
    hangUps: new Counter({
      name: 'ethiq_hang_ups_total',
      help: 'Calls that contacts asked to end: done as the instance that holds the call, or in its stead',
      labelNames: ['as', 'outcome'],
      registers,
    }),
    feedLost: new Counter({
      name: 'ethiq_feed_events_lost_total',
      help: 'Events that did not reach other instances or a live view',
      labelNames: ['to'],
      registers,
    }),
    /** Returns what is called where a slice of the work begins. */
    timeSlices: (part: SlicedWork) => createSliceTimer(clock, (ms) => loopHeld.observe({ part }, ms / 1_000)),
    /** Lines are written within the slices of other work. */
    logHeld: (ms: number) => loopHeld.observe({ part: 'log' }, ms / 1_000),
    eventLoopLag: new Gauge({
      name: 'ethiq_event_loop_lag_seconds',
      help: 'Delay of the event loop since the last scrape',
      labelNames: ['quantile'],
      registers,
      collect() {
        for (const quantile of [50, 99]) {
          // Node counts the sampling interval as delay.
          const lagMs = Math.max(0, loopDelay.percentile(quantile) / NS_PER_MS - LOOP_SAMPLE_MS);
          this.set({ quantile: String(quantile / 100) }, lagMs / 1_000);
        }
        loopDelay.reset();
      },
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
