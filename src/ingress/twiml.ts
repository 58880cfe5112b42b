import twilio from 'twilio';

const { VoiceResponse, MessagingResponse } = twilio.twiml;

/** How long a call that cannot be monitored yet waits before it asks again, by what stands in the way. */
const PAUSE_S = { 'at-capacity': 15, late: 15, soon: 1 };

export function createTwiml(publicOrigin: string) {
  const streamUrl = `${publicOrigin.replace(/^http/, 'ws')}/voice/stream`;
  const incomingUrl = `${publicOrigin}/voice/incoming`;
  const resumeUrl = `${publicOrigin}/voice/resume`;

  return {
    /**
     * `listen` mode: opens the media stream. Should it ever end while the call goes on, `<Redirect>` opens another one.
     * The token goes as a parameter, since Twilio strips query strings from the address.
     */
    listen(token: string, announcement: string | null): string {
      const response = new VoiceResponse();
      if (announcement !== null) response.say(announcement);
      const stream = response
        .connect()
        .stream({ url: streamUrl, statusCallback: `${publicOrigin}/voice/stream-status` });
      stream.parameter({ name: 'token', value: token });
      response.redirect({ method: 'POST' }, resumeUrl);
      return response.toString();
    },
    /** Keeps the call going without monitoring, and asks again soon: as a new call, if it never had a stream. */
    comeBack(reason: keyof typeof PAUSE_S, isNew: boolean): string {
      const response = new VoiceResponse();
      response.pause({ length: PAUSE_S[reason] });
      response.redirect({ method: 'POST' }, isNew ? incomingUrl : resumeUrl);
      return response.toString();
    },
    /** For a number that nobody owns, and for a call that is over. */
    refuse(): string {
      const response = new VoiceResponse();
      response.say('This number is not in service. Goodbye.');
      response.hangup();
      return response.toString();
    },
    /** After a key that means nothing: Twilio posts the next one to the same address. */
    askAgain(): string {
      const response = new VoiceResponse();
      response.gather({ numDigits: 1 }).say('To say that you are on it, press 1.');
      return response.toString();
    },
    /** The last word of a call with an alert. */
    thank(text: string): string {
      const response = new VoiceResponse();
      response.say(text);
      response.hangup();
      return response.toString();
    },
    reply(text: string | null): string {
      const response = new MessagingResponse();
      if (text !== null) response.message(text);
      return response.toString();
    },
  };
}

export type Twiml = ReturnType<typeof createTwiml>;
