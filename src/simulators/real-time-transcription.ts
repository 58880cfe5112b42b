import { randomBytes } from 'node:crypto';
import { createRecogniser, type Recogniser } from './recogniser.ts';

/**
 * Twilio's Real-Time Transcription of live calls: it hears the frames of the phone call itself, not our media stream,
 * and tells by webhook what it decoded. Source: https://www.twilio.com/docs/voice/twiml/transcription
 */
export interface Transcriptions {
  readonly faults: TranscriptionFaults;
  /** All that were started, oldest first. */
  readonly started: readonly Transcription[];
  /** Refused starts. */
  readonly refused: number;
  /** A frame of this call. */
  hear(callSid: string, audio: Uint8Array): void;
  /** The call is over: its transcriptions say their last words. */
  end(callSid: string): void;
  /** Breaks what is running, as when Twilio's own provider is lost (error 32655). */
  breakAll(): void;
  /** Serves `POST …/Calls/{CallSid}/Transcriptions.json`. Null: refused. */
  create(callSid: string, fields: URLSearchParams): object | null;
  /** Serves `POST …/Transcriptions/{sid or name}.json`. Null: not known, or not running. */
  update(callSid: string, sidOrName: string): object | null;
}

export interface TranscriptionFaults {
  /** Refuses starts, as an account without the addendum does. */
  isRefusing: boolean;
  /** Tells every event twice. */
  isRepeating: boolean;
}

export interface Transcription {
  readonly sid: string;
  readonly callSid: string;
  readonly name: string;
  readonly languageCode: string;
  status: 'in-progress' | 'stopped';
  /** Webhooks that the service has answered. */
  answered: number;
}

type Post = (publicUrl: string, fields: Record<string, string>) => Promise<Response>;

interface Running {
  readonly transcription: Transcription;
  readonly recogniser: Recogniser;
  tell(event: string, fields?: Record<string, string>): void;
}

/** An utterance ends with this much silence. */
const ENDPOINTING = new URLSearchParams({ endpointing: '300' });

export function createTranscriptions(post: Post): Transcriptions {
  const faults: TranscriptionFaults = { isRefusing: false, isRepeating: false };
  const started: Transcription[] = [];
  const running = new Set<Running>();
  let refused = 0;

  function start(transcription: Transcription, callbackUrl: string): Running {
    let sequence = 0;
    let posting: Promise<unknown> = Promise.resolve();
    function tell(event: string, fields: Record<string, string> = {}): void {
      sequence += 1;
      const body = {
        CallSid: transcription.callSid,
        TranscriptionSid: transcription.sid,
        Timestamp: new Date().toISOString(),
        SequenceId: String(sequence),
        TranscriptionEvent: event,
        ...fields,
      };
      // In order, as the documentation promises for a track. A service that is being stopped hears no more.
      for (let times = faults.isRepeating ? 2 : 1; times > 0; times--) {
        posting = posting
          .then(() => post(callbackUrl, body))
          .then(() => {
            transcription.answered += 1;
          })
          .catch(() => undefined);
      }
    }
    const recogniser = createRecogniser(ENDPOINTING, (message) => {
      const transcript = textOf(message);
      if (transcript === '') return;
      const TranscriptionData = JSON.stringify({ transcript, confidence: 0.98 });
      tell('transcription-content', {
        Track: 'inbound_track',
        LanguageCode: transcription.languageCode,
        Final: 'true',
        TranscriptionData,
      });
    });
    tell('transcription-started', {
      Track: 'inbound_track',
      LanguageCode: transcription.languageCode,
      PartialResults: 'false',
    });
    return { transcription, recogniser, tell };
  }

  function finish(ended: Running): void {
    running.delete(ended);
    ended.transcription.status = 'stopped';
    ended.recogniser.close();
    ended.tell('transcription-stopped');
  }

  const ofCall = (callSid: string): Running[] =>
    [...running].filter(({ transcription }) => transcription.callSid === callSid);

  return {
    faults,
    started,
    get refused() {
      return refused;
    },
    hear(callSid, audio) {
      for (const { transcription, recogniser } of running) {
        if (transcription.callSid === callSid) recogniser.hear(audio);
      }
    },
    end(callSid) {
      for (const ended of ofCall(callSid)) finish(ended);
    },
    breakAll() {
      for (const broken of running) {
        running.delete(broken);
        broken.transcription.status = 'stopped';
        broken.tell('transcription-error', { TranscriptionErrorCode: '32655', TranscriptionError: 'unavailable' });
      }
    },
    create(callSid, fields) {
      if (faults.isRefusing) {
        refused += 1;
        return null;
      }
      const sid = `GT${randomBytes(16).toString('hex')}`;
      const name = fields.get('Name') ?? '';
      const languageCode = fields.get('LanguageCode') ?? 'en-US';
      const transcription: Transcription = { sid, callSid, name, languageCode, status: 'in-progress', answered: 0 };
      started.push(transcription);
      running.add(start(transcription, fields.get('StatusCallbackUrl') ?? ''));
      return resource(transcription);
    },
    update(callSid, sidOrName) {
      const stopped = ofCall(callSid).find(({ transcription: { sid, name } }) => [sid, name].includes(sidOrName));
      if (stopped === undefined) return null;
      finish(stopped);
      return resource(stopped.transcription);
    },
  };
}

const resource = ({ sid, callSid, name, status }: Transcription) => ({ sid, call_sid: callSid, name, status });

function textOf(message: object): string {
  const { channel } = message as { channel?: { alternatives?: ReadonlyArray<{ transcript: string }> } };
  return channel?.alternatives?.[0]?.transcript ?? '';
}
