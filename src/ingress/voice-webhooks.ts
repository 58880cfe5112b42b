import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Call } from '../call/call.ts';
import { type Clock, withinDeadline } from '../call/clock.ts';
import type { CallSid } from '../call/ids.ts';
import { parseInput } from '../http/problem.ts';
import type { CallDirectory } from '../session/call-directory.ts';
import type { CallMemories } from '../session/call-memories.ts';
import type { CallRecorder } from '../session/call-recorder.ts';
import type { LiveCalls } from '../session/live-calls.ts';
import type { StreamTokens } from './stream-token.ts';
import { readTranscription, type TranscriptionMessage } from './transcription-message.ts';
import { type SignatureCheck, takeSigned } from './twilio-signature.ts';
import type { Twiml } from './twiml.ts';
import { streamStatusMessageSchema, type VoiceMessage, voiceMessageSchema } from './webhook-message.ts';

export interface VoiceWebhookDependencies {
  readonly signatures: SignatureCheck;
  readonly twiml: Twiml;
  readonly tokens: StreamTokens;
  readonly calls: LiveCalls;
  /** What Twilio's recogniser says of a call. */
  readonly transcribed: (message: TranscriptionMessage) => void;
  /** A media stream has ended, here or on another instance. */
  readonly streamEnded: (callSid: CallSid) => void;
  readonly directory: CallDirectory;
  readonly memories: CallMemories;
  readonly recorder: CallRecorder;
  readonly clock: Clock;
  /** What the caller is told before the stream opens; null for nothing. */
  readonly announcement: string | null;
  /** How long the answer may wait for the directory. The telephone rings meanwhile. */
  readonly directoryMs: number;
  /** How long the acknowledgement of a call's end may wait for the record. */
  readonly recordMs: number;
  readonly observer: {
    unmonitored(reason: 'at_capacity' | 'event_loop_lag' | 'fallback'): void;
    streamError(callSid: string, error: string): void;
    directoryFailed(error: unknown): void;
  };
}

const UNMONITORED = { 'at-capacity': 'at_capacity', late: 'event_loop_lag' } as const;

/** What Twilio asks and tells about calls. Every answer is the same however often it asks, on whichever instance. */
export function registerVoiceWebhooks(server: FastifyInstance, dependencies: VoiceWebhookDependencies): void {
  const { twiml, tokens, calls, recorder, clock, observer } = dependencies;
  takeSigned(server, dependencies.signatures);

  server.post('/voice/incoming', async (request, reply) =>
    answer(parseInput(voiceMessageSchema, request.body), reply, false),
  );

  // Refused is only what neither the record nor a copy knows, and both say so: no call is hung up for our own faults.
  server.post('/voice/resume', async (request, reply) => {
    const message = parseInput(voiceMessageSchema, request.body);
    const isRecorded = async (directory: CallDirectory): Promise<boolean | null> => {
      await recorder.flush(); // our own answer may be a moment old
      return (await directory.knows(message.callSid)) || dependencies.memories.remembers(message.callSid);
    };
    const isKnown = calls.has(message.callSid) || (await inTime(dependencies, isRecorded));
    return isKnown === false ? sendTwiml(reply, twiml.refuse()) : answer(message, reply, true);
  });

  server.post('/voice/fallback', async (request, reply) => {
    observer.unmonitored('fallback');
    const { callSid, from, to } = parseInput(voiceMessageSchema, request.body);
    recorder.registered({ callSid, userId: null, from, to, startedAt: clock.wallMs() });
    return sendTwiml(reply, twiml.comeBack('at-capacity', false)); // the handler that failed may be `/voice/resume`
  });

  server.post('/voice/status', async (request, reply) => {
    const { callSid, isOver } = parseInput(voiceMessageSchema, request.body);
    if (isOver) {
      await withinDeadline(clock, dependencies.recordMs, end(callSid, clock.wallMs()));
    }
    return reply.code(204).send();
  });

  server.post('/voice/stream-status', async (request, reply) => {
    const { callSid, event, error } = parseInput(streamStatusMessageSchema, request.body);
    if (event === 'stream-error') observer.streamError(callSid, error);
    if (event !== 'stream-started') dependencies.streamEnded(callSid);
    return reply.code(204).send();
  });

  // Real-Time Transcription: means something only to a call whose own recogniser is away.
  server.post('/voice/transcription', async (request, reply) => {
    const message = readTranscription(request.body, request.query);
    if (message !== null) dependencies.transcribed(message);
    return reply.code(204).send();
  });

  async function answer(
    { callSid, from, to, isOver, attestation }: VoiceMessage,
    reply: FastifyReply,
    isResumed: boolean,
  ) {
    if (isOver) return sendTwiml(reply, twiml.refuse());
    // Null: nobody's call. Undefined: not known in time; the call goes on, and its session finds out.
    const owner = await inTime(dependencies, (directory) => directory.findOwner({ from, to }));
    if (owner === null) return sendTwiml(reply, twiml.refuse());
    const call: Call = { callSid, userId: owner?.userId ?? null, from, to, startedAt: clock.wallMs() };
    recorder.registered(call);
    // Should this instance die now, the others know the call when it comes back.
    if (!isResumed) await inTime(dependencies, () => recorder.flush());
    const isNew = !isResumed && !calls.has(callSid);
    const expects = calls.expects(callSid, isNew);
    if (expects === 'yes') {
      const announcement = isResumed ? null : dependencies.announcement;
      const language = owner?.language ?? null;
      return sendTwiml(reply, twiml.listen(tokens.issue({ call, isResumed, attestation, language }), announcement));
    }
    if (expects !== 'soon') observer.unmonitored(UNMONITORED[expects]);
    return sendTwiml(reply, twiml.comeBack(expects, isNew));
  }

  /** Here, and on the record: a session that is being handed over leaves its call in progress. */
  async function end(callSid: CallSid, endedAt: number): Promise<void> {
    await calls.end(callSid);
    recorder.over(callSid, endedAt);
    await recorder.flush();
  }
}

/** What the directory says; undefined when it does not say so in time. */
async function inTime<Answer>(
  { directory, clock, directoryMs, observer }: VoiceWebhookDependencies,
  ask: (directory: CallDirectory) => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await withinDeadline(clock, directoryMs, ask(directory));
  } catch (error) {
    observer.directoryFailed(error);
    return undefined;
  }
}

const sendTwiml = (reply: FastifyReply, document: string) => reply.type('text/xml; charset=utf-8').send(document);
