import type { Twilio } from 'twilio';
import type { CallSid } from '../../call/ids.ts';
import type { CarrierRecogniser } from '../../transcription/carrier-recogniser.ts';
import { isOver, readTwilioError } from './twilio-client.ts';

export interface TwilioRecogniserOptions {
  readonly client: Twilio;
  /** The public origin, which the words come back to. */
  readonly baseUrl: string;
  /** This process: a balancer may give its words to another one. */
  readonly instanceId: string;
}

/**
 * Twilio's Real-Time Transcription (https://www.twilio.com/docs/voice/api/realtime-transcription-resource) of the track
 * that our media stream carries too. By Google's engine, which an outage of Deepgram does not reach; without the
 * profanity filter, whose asterisks nobody can score.
 */
export function createTwilioRecogniser({ client, baseUrl, instanceId }: TwilioRecogniserOptions): CarrierRecogniser {
  /** By its SID, or by the name that it was given. */
  const stop = (callSid: CallSid, sidOrName: string) =>
    client.calls(callSid).transcriptions(sidOrName).update({ status: 'stopped' });

  return {
    async start(callSid, startId, language) {
      const callback = new URLSearchParams({ start: startId, instance: instanceId });
      try {
        const { sid } = await client.calls(callSid).transcriptions.create({
          name: startId,
          statusCallbackUrl: `${baseUrl}/voice/transcription?${callback}`,
          track: 'inbound_track',
          transcriptionEngine: 'google',
          languageCode: withCountry(language),
          partialResults: false,
          profanityFilter: false,
        });
        return { ok: true, transcriptionSid: sid };
      } catch (error) {
        const { kind, failure } = readTwilioError(error);
        // It may be running though the answer was lost: it has our name, and is stopped by it.
        if (kind === 'uncertain') stop(callSid, startId).catch(() => undefined);
        return { ok: false, failure };
      }
    },
    async stop(callSid, transcriptionSid) {
      try {
        await stop(callSid, transcriptionSid);
        return null;
      } catch (error) {
        const { failure } = readTwilioError(error);
        return isOver(failure) ? null : failure;
      }
    },
  };
}

/** Google knows languages by their country: where none is said, or a whole continent, the likeliest. */
function withCountry(language: string): string {
  const { language: alone, region } = new Intl.Locale(language);
  if (region !== undefined && /^[A-Z]{2}$/.test(region)) return language;
  const country = new Intl.Locale(alone).maximize().region;
  return country === undefined ? language : `${alone}-${country}`;
}
