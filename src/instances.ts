import type { Clock } from './call/clock.ts';
import type { CallSid } from './call/ids.ts';
import type { Config } from './config.ts';
import { type CallFeed, createLocalFeed } from './feed/call-feed.ts';
import { connectRedisCluster } from './feed/redis-cluster.ts';
import { connectRedisNode } from './feed/redis-node.ts';
import { createSharedFeed } from './feed/shared-feed.ts';
import type { CallControl } from './intervention/call-control.ts';
import type { Observers } from './observers.ts';
import type { Database } from './records/database.ts';
import { createPostgresCallLeases } from './records/postgres-call-leases.ts';
import { createMemoryRebuild } from './records/postgres-call-memory.ts';
import { type CallCommandDependencies, type CallCommands, createCallCommands } from './session/call-commands.ts';
import { type CallMemories, createCallMemories } from './session/call-memories.ts';
import type { CallRecorder } from './session/call-recorder.ts';
import type { LiveCalls } from './session/live-calls.ts';
import { startOrphanWatch } from './session/orphaned-calls.ts';

/** This instance among the others. Without Redis they share the record alone. */
export interface Instances {
  readonly feed: CallFeed;
  readonly memories: CallMemories;
  /** Rejects when Redis does not answer; null without one. */
  readonly ping: (() => Promise<void>) | null;
  /** Answers to the others for the calls that are held here, and looks after those that nobody holds. */
  attend(here: CallsHere): Attendance;
  close(): Promise<void>;
}

export interface CallsHere {
  readonly calls: LiveCalls;
  readonly control: CallControl;
  readonly recorder: CallRecorder;
  /** What the carrier's recogniser heard, of calls here. */
  readonly transcribed: CallCommandDependencies['transcribed'];
}

export interface Attendance {
  readonly commands: CallCommands;
  /** A media stream of this call has ended, on whichever instance. */
  streamEnded(callSid: CallSid): void;
  stop(): void;
}

export function joinInstances(config: Config, db: Database, clock: Clock, observers: Observers): Instances {
  const { instanceId, limits } = config;
  const connect = config.isRedisCluster ? connectRedisCluster : connectRedisNode;
  const redis = config.redisUrl === null ? null : connect(config.redisUrl, clock, observers.redis);
  const feed = redis === null ? createLocalFeed() : createSharedFeed(redis, instanceId, clock, observers.feed);
  const leases = createPostgresCallLeases(db, instanceId);
  const memories = createCallMemories({
    copies: redis?.copies ?? null,
    rebuild: createMemoryRebuild(db),
    leases,
    clock,
    limits: limits.memory,
    onFailure: observers.memoryFailed,
  });

  return {
    feed,
    memories,
    ping: redis?.ping ?? null,
    attend({ calls, control, recorder, transcribed }) {
      const commands = createCallCommands({
        channels: redis,
        instanceId,
        calls,
        control,
        transcribed,
        holderOf: memories.holder,
        clock,
        limits: limits.commands,
        observer: observers.commands,
      });
      const { streamEnded, stop } = startOrphanWatch({
        calls,
        leases,
        memories,
        control,
        recorder,
        clock,
        limits: limits.orphans,
        observer: observers.orphans,
      });
      return { commands, streamEnded, stop };
    },
    async close() {
      await feed.close();
      redis?.close();
    },
  };
}
