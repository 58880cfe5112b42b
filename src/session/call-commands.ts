import { randomUUID } from 'node:crypto';
import { type Clock, withinDeadline } from '../call/clock.ts';
import type { CallSid } from '../call/ids.ts';
import type { SharedChannels } from '../feed/shared-channels.ts';
import type { CallControl, CallControlResult } from '../intervention/call-control.ts';
import type { CarrierMessage } from '../transcription/carrier-recogniser.ts';
import { type CallCommand, encodeCallCommand, parseCallCommand } from './call-command-message.ts';
import type { LiveCalls } from './live-calls.ts';

/** What another instance than the one that holds a call is asked to do or told about it. */
export interface CallCommands extends Pick<CallControl, 'endCall'> {
  /** Hands on what the carrier's recogniser said to the instance that started it. Never waits. */
  transcribed(message: AddressedWords): void;
}

/** What the carrier's recogniser said, and to which instance; null where nobody is named, as in the older form. */
export interface AddressedWords extends CarrierMessage {
  readonly instanceId: string | null;
}

export interface CallCommandLimits {
  /** How long the holder has for saying that it does what it is asked. */
  readonly takenMs: number;
  /** How long it then has for doing it; longer than the carrier may take to answer. */
  readonly doneMs: number;
  /** How long a holder that did not answer in time may still tell that it was the one who ended the call. */
  readonly lateMs: number;
}

export interface CallCommandDependencies {
  /** Null: this is the only instance. */
  readonly channels: SharedChannels | null;
  readonly instanceId: string;
  readonly calls: Pick<LiveCalls, 'has' | 'end'>;
  readonly control: Pick<CallControl, 'endCall'>;
  /** What the carrier's recogniser said of a call here. */
  readonly transcribed: (message: CarrierMessage) => void;
  /** The instance that holds the call, as far as anybody can tell. */
  readonly holderOf: (callSid: CallSid) => Promise<string | null>;
  readonly clock: Clock;
  readonly limits: CallCommandLimits;
  readonly observer: {
    /** This instance asked the carrier to end a call: as its holder, or because no holder answered. */
    endedCall(as: 'holder' | 'stand_in', result: CallControlResult): void;
    brokenCommand(): void;
    /** The carrier's words did not reach the instance that started it. */
    wordsLost(): void;
  };
}

const channelOf = (instanceId: string): string => `ethiq:instance:${instanceId}`;

export function createCallCommands(dependencies: CallCommandDependencies): CallCommands {
  const { channels, instanceId, calls, clock, limits, observer } = dependencies;
  /** What other instances have been asked, by its id. */
  const requests = new Map<string, Request>();
  channels?.listen(channelOf(instanceId), (text) => {
    const command = parseCallCommand(text);
    if (command === null) observer.brokenCommand();
    else onCommand(command);
  });

  function onCommand(command: CallCommand): void {
    if (command.type === 'end-call') void obey(command);
    else if (command.type === 'transcribed') dependencies.transcribed(command.message);
    else if (command.type === 'done') requests.get(command.requestId)?.done(command.result);
    else if (command.type === 'taken') requests.get(command.requestId)?.taken(true);
    else requests.get(command.requestId)?.declined();
  }

  async function obey({ requestId, from, callSid }: Extract<CallCommand, { type: 'end-call' }>): Promise<void> {
    if (!calls.has(callSid)) {
      say(from, { type: 'declined', requestId });
      return;
    }
    say(from, { type: 'taken', requestId });
    say(from, { type: 'done', requestId, result: await endHere(callSid, 'holder') });
  }

  /** Who does not hear it acts by itself. */
  function say(to: string, command: CallCommand): void {
    channels?.publish(channelOf(to), encodeCallCommand(command)).catch(() => undefined);
  }

  async function endHere(callSid: CallSid, as: 'holder' | 'stand_in'): Promise<CallControlResult> {
    const result = await dependencies.control.endCall(callSid);
    observer.endedCall(as, result);
    // Its status callback may come to an instance that does not hold it, or not at all.
    if (result.ok) void calls.end(callSid);
    return result;
  }

  async function askHolder(callSid: CallSid, requestId: string, request: Request): Promise<void> {
    const holder = await dependencies.holderOf(callSid);
    const isWanted = holder !== null && holder !== instanceId && requests.has(requestId);
    if (!isWanted || channels === null) return request.declined();
    const command: CallCommand = { type: 'end-call', requestId, from: instanceId, callSid };
    request.isOut = true;
    if ((await channels.publish(channelOf(holder), encodeCallCommand(command))) === 0) request.declined();
  }

  return {
    transcribed({ instanceId: starter, ...message }) {
      if (channels === null || starter === null || starter === instanceId) return dependencies.transcribed(message);
      channels.publish(channelOf(starter), encodeCallCommand({ type: 'transcribed', message })).then(
        (listeners) => {
          if (listeners === 0) observer.wordsLost();
        },
        () => observer.wordsLost(),
      );
    },
    /**
     * One instance acts: the holder, or this one when the holder does not say in time that it does. A holder that is only
     * late acts as well; then the call is hung up once, and the second request finds it over.
     */
    async endCall(callSid) {
      if (calls.has(callSid)) return endHere(callSid, 'holder');
      if (channels === null) return endHere(callSid, 'stand_in');
      const requestId = randomUUID();
      const request = openRequest();
      requests.set(requestId, request);
      try {
        askHolder(callSid, requestId, request).catch(() => request.taken(false));
        if ((await withinDeadline(clock, limits.takenMs, request.whenTaken)) === true) {
          const result = await withinDeadline(clock, limits.doneMs, request.whenDone);
          if (result !== undefined) return result;
        }
        const own = await endHere(callSid, 'stand_in');
        if (!request.isOut || hasEnded(own)) return own;
        // It may be over because the holder, late, has just ended it.
        const late = await withinDeadline(clock, limits.lateMs, request.whenDone);
        return late !== undefined && hasEnded(late) ? late : own;
      } finally {
        requests.delete(requestId);
      }
    },
  };
}

const hasEnded = (result: CallControlResult): boolean => result.ok && !result.wasOver;

/** Something that another instance was asked to do. */
interface Request {
  /** Somebody may be doing it. */
  isOut: boolean;
  readonly whenTaken: Promise<boolean>;
  readonly whenDone: Promise<CallControlResult>;
  taken(isTaken: boolean): void;
  /** Nobody there does it. */
  declined(): void;
  done(result: CallControlResult): void;
}

function openRequest(): Request {
  let taken!: (isTaken: boolean) => void;
  let done!: (result: CallControlResult) => void;
  const whenTaken = new Promise<boolean>((resolve) => {
    taken = resolve;
  });
  const whenDone = new Promise<CallControlResult>((resolve) => {
    done = resolve;
  });
  return {
    isOut: false,
    whenTaken,
    whenDone,
    taken,
    declined() {
      this.isOut = false;
      taken(false);
    },
    done,
  };
}
