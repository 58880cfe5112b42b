import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createTranscriptions, type Transcriptions } from './real-time-transcription.ts';
import { listen, readBody, stop } from './stand-in-server.ts';
import { callResource, placeCall, type StandInCall, type TelephoneAnswer } from './telephones.ts';
import { postWebhook } from './webhook.ts';

/**
 * Twilio's REST API over a real socket, as far as the service uses it: messages with their delivery reports, calls that the
 * service places, and live calls, with their control and their transcription. Sources:
 * https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/voice/api/call-resource
 */
export interface TwilioStandIn {
  readonly url: string;
  /** Messages that were accepted, oldest first. */
  readonly messages: readonly StandInMessage[];
  /** What each number's next requests meet, in order; a `21610` stays. */
  readonly faults: Map<string, MessageFault[]>;
  /** Calls that the service placed, oldest first. */
  readonly calls: readonly StandInCall[];
  /** What each number does with its next calls, in order; without a word it listens, and presses nothing. */
  readonly telephones: Map<string, TelephoneAnswer[]>;
  /** Calls that are over: ended through the API, by the caller, or by the test. */
  readonly endedCalls: Set<string>;
  /** Calls that were given new instructions, with the address where these are. */
  readonly redirectedCalls: ReadonlyMap<string, string>;
  /** Real-Time Transcription of live calls. */
  readonly transcriptions: Transcriptions;
  /** Called with every accepted message. */
  onMessage(listener: (message: StandInMessage) => void): void;
  /** Called with the CallSid of every call that is ended through the API. */
  onEndCall(listener: (callSid: string) => void): void;
  stop(): Promise<void>;
}

export interface StandInMessage {
  readonly sid: string;
  readonly to: string;
  readonly body: string;
  readonly statusCallback: string;
  status: string;
  readonly createdAt: Date;
}

/** `after`: accepted, though the answer does not say so. `undelivered`: accepted, then reported undelivered; `untold`: the same, unreported. */
export type MessageFault = '429' | '500-before' | '500-after' | 'timeout-after' | '21610' | 'undelivered' | 'untold';

export interface TwilioStandInOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** Where the service really listens; callbacks are signed for the public address that they name. */
  readonly serviceUrl: () => string;
  readonly port?: number;
}

const REPORT_DELAY_MS = 30;
/** Status and error number of the requests that are refused without a message (https://www.twilio.com/docs/api/errors). */
const REFUSED_BEFORE: { readonly [F in MessageFault]?: readonly [status: number, code: number] } = {
  '21610': [400, 21610],
  '429': [429, 20429],
  '500-before': [500, 20500],
};
/** https://www.twilio.com/docs/api/errors/21220: the call is over. */
const NOT_IN_PROGRESS = 21220;
/** https://www.twilio.com/docs/api/errors/20003: not permitted, such as without the addendum. */
const NOT_ENABLED = 20003;
/** https://www.twilio.com/docs/api/errors/30003: the handset could not be reached. */
const UNREACHABLE = '30003';

export async function startTwilioStandIn(options: TwilioStandInOptions): Promise<TwilioStandIn> {
  const { accountSid, authToken } = options;
  const messages: StandInMessage[] = [];
  const faults = new Map<string, MessageFault[]>();
  const calls: StandInCall[] = [];
  const telephones = new Map<string, TelephoneAnswer[]>();
  const endedCalls = new Set<string>();
  const redirectedCalls = new Map<string, string>();
  const messageListeners: Array<(message: StandInMessage) => void> = [];
  const endListeners: Array<(callSid: string) => void> = [];
  const credentials = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const accountPath = `/2010-04-01/Accounts/${accountSid}`;
  const transcriptions = createTranscriptions((publicUrl, fields) =>
    postWebhook({ ...options, publicUrl, fields: { AccountSid: accountSid, ...fields } }),
  );
  const server = createServer(serve);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
    const fields = new URLSearchParams(await readBody(request));
    const path = pathname.replace(accountPath, '');
    const asked = `${request.method} ${path}`;
    const message = messages.find(({ sid }) => asked === `GET /Messages/${sid}.json`);
    const changedCall = /^POST \/Calls\/(CA\w+)\.json$/.exec(asked)?.[1];
    const [, heardCall, sidOrName] = /^POST \/Calls\/(CA\w+)\/Transcriptions(?:\/([\w-]+))?\.json$/.exec(asked) ?? [];
    const routes: Readonly<Record<string, () => void>> = {
      'POST /Messages.json': () => createMessage(fields, response),
      'GET /Messages.json': () => answer(response, 200, listMessages(searchParams.get('To'))),
      'POST /Calls.json': () => createCall(fields, response),
      'GET /Calls.json': () => answer(response, 200, listCalls(searchParams)),
      'GET .json': () => answer(response, 200, { sid: accountSid, status: 'active' }),
    };
    if (request.headers.authorization !== credentials) refuse(response, 401, 20003);
    else if (message !== undefined) answer(response, 200, resource(message));
    else if (changedCall !== undefined) changeCall(changedCall, fields, response);
    else if (heardCall !== undefined) transcribe(heardCall, sidOrName, fields, response);
    else (routes[asked] ?? (() => refuse(response, 404, 20404)))();
  }

  function createMessage(fields: URLSearchParams, response: ServerResponse): void {
    const to = fields.get('To') ?? '';
    const queue = faults.get(to) ?? [];
    const fault = queue[0] === '21610' ? '21610' : queue.shift();
    const refusal = fault === undefined ? undefined : REFUSED_BEFORE[fault];
    if (refusal !== undefined) {
      refuse(response, ...refusal);
      return;
    }
    const message = accept(to, fields);
    void report(
      message,
      fault === 'undelivered' || fault === 'untold' ? 'undelivered' : 'delivered',
      fault !== 'untold',
    );
    if (fault === '500-after') refuse(response, 500, 20500);
    else if (fault !== 'timeout-after') answer(response, 201, resource(message));
  }

  function createCall(fields: URLSearchParams, response: ServerResponse): void {
    const behaviour = telephones.get(fields.get('To') ?? '')?.shift() ?? 'listen';
    const refusal = REFUSED_BEFORE[behaviour as MessageFault];
    if (refusal !== undefined) {
      refuse(response, ...refusal);
      return;
    }
    const call = placeCall(options, fields, behaviour);
    calls.push(call);
    if (behaviour === '500-after') refuse(response, 500, 20500);
    else if (behaviour !== 'timeout-after') answer(response, 201, callResource(call));
  }

  const listCalls = (wanted: URLSearchParams) => ({
    calls: [...calls]
      .reverse()
      .flatMap((call) =>
        call.to === wanted.get('To') && call.from === wanted.get('From') ? [callResource(call)] : [],
      ),
    page: 0,
    page_size: 50,
    next_page_uri: null,
  });

  function accept(to: string, fields: URLSearchParams): StandInMessage {
    const message: StandInMessage = {
      sid: `SM${randomBytes(16).toString('hex')}`,
      to,
      body: fields.get('Body') ?? '',
      statusCallback: fields.get('StatusCallback') ?? '',
      status: 'queued',
      createdAt: new Date(),
    };
    messages.push(message);
    for (const listener of messageListeners) listener(message);
    return message;
  }

  async function report(message: StandInMessage, last: 'delivered' | 'undelivered', isTold: boolean): Promise<void> {
    for (const status of ['queued', 'sent', last]) {
      await new Promise((resolve) => setTimeout(resolve, REPORT_DELAY_MS));
      message.status = status;
      if (!isTold || message.statusCallback === '') continue;
      const fields: Record<string, string> = { MessageSid: message.sid, MessageStatus: status, To: message.to };
      if (status === 'undelivered') fields['ErrorCode'] = UNREACHABLE;
      // A service that is being stopped hears no more reports; Twilio does not repeat them either.
      await postWebhook({ ...options, publicUrl: message.statusCallback, fields }).catch(() => undefined);
    }
  }

  function changeCall(callSid: string, fields: URLSearchParams, response: ServerResponse): void {
    if (endedCalls.has(callSid)) {
      refuse(response, 400, NOT_IN_PROGRESS);
      return;
    }
    const url = fields.get('Url');
    if (url !== null) {
      redirectedCalls.set(callSid, url);
      answer(response, 200, { sid: callSid, status: 'in-progress' });
      return;
    }
    endedCalls.add(callSid);
    answer(response, 200, { sid: callSid, status: 'completed' });
    for (const listener of endListeners) listener(callSid);
  }

  function transcribe(
    callSid: string,
    sidOrName: string | undefined,
    fields: URLSearchParams,
    response: ServerResponse,
  ): void {
    const isStart = sidOrName === undefined;
    const result = isStart ? transcriptions.create(callSid, fields) : transcriptions.update(callSid, sidOrName);
    if (result !== null) answer(response, isStart ? 201 : 200, result);
    else if (isStart) refuse(response, 403, NOT_ENABLED);
    else refuse(response, 404, 20404);
  }

  const resource = (message: StandInMessage) => ({
    sid: message.sid,
    to: message.to,
    body: message.body,
    status: message.status,
    num_segments: '1',
    error_code: message.status === 'undelivered' ? Number(UNREACHABLE) : null,
    date_created: message.createdAt.toUTCString(),
  });

  const listMessages = (to: string | null) => ({
    messages: [...messages]
      .reverse()
      .flatMap((message) => (to === null || message.to === to ? [resource(message)] : [])),
    page: 0,
    page_size: 50,
    next_page_uri: null,
  });

  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    messages,
    faults,
    calls,
    telephones,
    endedCalls,
    redirectedCalls,
    transcriptions,
    onMessage: (listener) => void messageListeners.push(listener),
    onEndCall: (listener) => void endListeners.push(listener),
    stop: () => stop(server),
  };
}

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, status: number, code: number): void =>
  answer(response, status, { status, code, message: `refused by the stand-in (${code})`, more_info: '' });
