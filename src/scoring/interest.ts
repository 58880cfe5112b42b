/**
 * How soon the language model should read an utterance. `cue`: the local finder found something in it. `topic`: it is
 * about what frauds are about, and the local finder may not have understood it. `foreign`: the call is in a language
 * whose words are not known here, so that only the model can tell. `small_talk`: none of these.
 *
 * This decides when the model is asked, never about what: in the end it reads all that is said.
 */
export type Interest = 'cue' | 'topic' | 'foreign' | 'small_talk';

export interface InterestMeter {
  /** Of the next utterance of a call. */
  hear(text: string, hasCue: boolean): Interest;
}

export function createInterestMeter(): InterestMeter {
  /** Whether each of the latest words is one that every speaker of a known language uses. */
  let isEveryday: boolean[] = [];

  return {
    hear(text, hasCue) {
      const words = wordsOf(text);
      isEveryday = [...isEveryday, ...words.map((word) => EVERYDAY.has(word))].slice(-LATEST_WORDS);
      if (hasCue) return 'cue';
      if (MONEY_SIGN.test(text) || words.some((word) => TOPIC.test(word))) return 'topic';
      const known = isEveryday.filter(Boolean).length;
      const isStrange = isEveryday.length >= TELLING_WORDS && known < isEveryday.length * EVERYDAY_SHARE;
      return isStrange || OTHER_SCRIPT.test(text) ? 'foreign' : 'small_talk';
    },
  };
}

/** So many of the latest words are looked at, and so many are needed, to tell a language. */
const LATEST_WORDS = 24;
const TELLING_WORDS = 8;
/** Far more of what is said in English and Spanish are such words, and of other languages only what looks alike. */
const EVERYDAY_SHARE = 0.2;
const OTHER_SCRIPT = /(?!\p{Script=Latin})\p{L}/u;
const MONEY_SIGN = /\p{Sc}/u;

/** In lower case, without accents, and without what follows an apostrophe. */
const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+|['’]\p{L}+/gu, '')
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const listOf = (text: string): string[] => text.trim().split(/\s+/);

/** Money, identity, authority, alarm, means: beginnings of words in English and Spanish; a `$` ends a whole word. */
const TOPIC = new RegExp(
  `^(?:${listOf(`
    money cash$ dollar buck pay paid$ fee$ fees$ owe debt loan refund bank account card$ cards$ credit deposit transfer
    wire$ wired$ wiring$ zelle venmo paypal crypto bitcoin invest saving atm teller bill$ bills$ tax$ taxes$ invoice
    prize lottery lotto sweepstake reward grant$ gift voucher coupon thousand million mortgage gold$ purchase charge
    dinero efectivo dolar euro pago pagar pague cuota deud debe$ prestamo reembolso devolucion cuenta tarjeta
    bizum ahorro cajero factura impuesto premio loteria regalo cupon hipoteca compra

    password passcode pin$ code$ codes$ login username verif identi social$ ssn$ license passport medicare insurance
    birth$ maiden digit contrasena clave codigo usuario documento dni$ pasaporte nacimiento

    police officer agent detective sheriff attorney lawyer court judge federal government department agency bureau
    irs$ fbi$ customs immigration embassy official investigat microsoft amazon apple$ google technician support$
    warrant jail prison bail$ legal lawsuit sue$ arrest
    policia oficial abogad juez juzgado tribunal gobierno ministerio agencia aduana inmigracion embajada hacienda
    tecnico soporte orden$ carcel fianza demanda denuncia

    urgen immediate emergency hurry deadline expire suspend block cancel hack virus infect fraud scam stolen steal
    illegal penalt terminat accident hospital secret confidential
    inmediat emergencia prisa plazo caduc vence bloque estafa robad robo$ ilegal multa

    computer laptop anydesk teamviewer remote download install software app$ website link$ click courier package
    parcel warranty ordenador computadora descarg instal aplicacion enlace mensajero paquete garantia
  `).join('|')})`,
);

const EVERYDAY: ReadonlySet<string> = new Set(
  listOf(`
    the you your i it that and of to what we have for with are was this my be do not so he she they there just know like
    can could would how when where about from here want need right going think good yes any some get our me
    el los las usted ustedes su sus esta estoy este eso que y yo es muy mucho pero lo mi nos tu tiene hay aqui ahora como
    donde cuando porque gracias bueno hola senor senora vamos voy son todos
  `),
);
