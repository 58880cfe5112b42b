import type { StanceWords } from '../lexicon.ts';

/**
 * Spanish says “no” for both “no” and “not”, and recognisers leave the comma out. What tells them apart is the verb: a
 * command with a pronoun at its end (“dígame”) cannot be negated, “no me diga” can; what begins with a noun is not
 * negated by a “no” alone.
 */
export const SPANISH_STANCES: StanceWords = {
  clauseEnds: [
    'pero',
    'asi que',
    'entonces',
    'luego',
    'solo',
    'solamente',
    'nomas',
    'ahora',
    'ahorita',
    'porque',
    'sino',
  ],
  condition: /\b(si|cuando|a menos que|hasta que|mientras|en caso de que)\b/,
  // "Nunca le vamos a pedir que nos |diga …", "no hace falta que |compre …", "no tiene que |…".
  refused:
    /\b(no|nunca|jamas|tampoco|nadie|ningun [a-z]+)( (le|les|te|os|se|me|nos|lo|la))* (voy|vamos|va|van|debe|debes|necesit[a-z]+|ocupo|hace|hay|tiene|tienes|tenes|tienen|es|pid[a-z]+|ped[a-z]+|solicit[a-z]+|quier[a-z]+|puede|podemos|hara)( (a|que|falta|necesario|obligatorio|pedir[a-z]*|solicitar[a-z]*|exigir[a-z]*|preguntar[a-z]*|le|les|te|se|me|nos|lo|la|el|su|tu|un|una|ningun|ninguna|nunca|ni|de|para|dinero))* \|/,
  // "Nunca |diga su clave", "no |comparta …", "no |necesito …"; not "no |dígame …", "no |su tarjeta …".
  advisedAgainst:
    /\bni( (el|la|los|las|su|sus|tu|tus|un|una))? \||(^| )(no|nunca|jamas|tampoco|evite|evita)( (le|les|te|se|me|nos|lo|la|los|las|vaya a|vayas a|vayan a|deje que|acepte|acepta|debe|debes))* \|(?!(?![a-z]*r(me|nos))[a-z]+(me|nos)(l[oa]s?)?\b|(su|sus|tu|tus|el|los|las|un|una|codigos?|claves?|tarjetas?|numeros?|esos?|esas?|con|en|por|para|que|cual) )/,
  // "No hay ninguna |…", "no es un |…"; "no |se le va a cobrar".
  denied:
    /\b(no (hay|es|son|tiene|tienes|existe|fue|esta|se trata de)|sin|ningun|ninguna|ni)( (un|una|ningun|ninguna|realmente|de|que))* \||\b(no|nunca|jamas|tampoco) \|(se|lo|la|le|te|los|las|les) /,
  // "Yo |compré …", "ya le |consigné", "te |mando …", "|compramos …"; not "que le |deposite", which asks.
  ownDeed:
    /((^| )(yo|ya|nosotros|ellos|ella|el|mi [a-z]+)( (ya|no|nunca|tambien|siempre|si))*( (le|les|te|se|lo|la|los|las))*|(^|(?<!que) )(te|le|les|se (lo|la|los|las))|(^| )(voy|vamos|van|iba|fui|fue|fuimos|puedo|podemos|quiero|queria|pensaba|pienso|he|hemos|habia|han|tengo que|tenia que|tuve que|quisiera)( (a|que|ya|le|te))*) \|(compr|pag|deposit|consign|transf|gir|mand|envi|sac|retir|met|pon|pus|descarg|baj|instal|abr|entr|ingres|devol|devuel|regres|hag|hic|hac|hiz|invert|inviert|mov|muev|pas|entreg|junt|dar|doy|di |hay|cambi)|\|(?!necesita|ocupa|requeri|quere|solicita)[a-z]+[aei]mos\b/,
  // “Querían el número de mi tarjeta.”
  ownThing: /\bmi (tarjeta|cuenta|numero|codigo|clave|contrasena|banco|computadora)\b/,
  toYou: /\b(su|sus|tu|tus|usted|me|nos)\b/,
  // "Me pidieron el |…", "le dijeron que |…".
  narrated:
    /\b(me|le|les|nos|te) (dijo|dijeron|pidio|pidieron|pedian|decian|hizo|hicieron|obligaron|querian|queria|mandaron a|contaron)( (que|a|de|el|la|los|las|su|un|una|es|era|tenia|habia))* \|/,
  // "Piden que |mueva …", "si alguien le pide |…"; not "me piden que …".
  warned:
    /(?<!\b(me|nos) )\b(piden|pidan|pide|pida|pediran|pedirian|pidiera|dicen|digan|diran|exigen|ofrecen|prometen|aseguran|hacen pasar|haga pasar|intentan|tratan de)( (que|a|por|el|la|los|las|le|les|te|su|sus|un|una|ser|son|de|es|dinero|como|o))* \|/,
  // "Dijeron que eran de …", "alguien llamó y …", "si alguien te llama …", unless it turns to "usted".
  reported:
    /(\b(alguien|un (tipo|senor|hombre|muchacho|supuesto [a-z]+)|una (senora|mujer|muchacha|persona|llamada)|(el|la) estafador[a]?|dice que|la (estafa|noticia)|el (timo|cuento))( [a-z]+)? (llamo|llamaba|dijo|decia|hablo|marco|pidio|queria|pide|dice|llama|marca)\b(?![^|]*\b(usted|tu|vos)\b)|\b(dijeron|pidieron|llamaron|llamaban|hablaron|marcaron|contaron|estafaron|enganaron|dicen|decian|llaman)\b(?![^|]*\b(usted|tu|vos)\b)|\bsi (alguien|(te|le|les|lo|la) (llaman|hablan|marcan|piden|dicen)))( \S+){0,4} \||\b(dicen|dijeron|piden|pidieron)\b(?![^|]*\b(usted|tu|vos)\b)[^|]* (y|o) que \|/,
  // "Me llegó un mensaje que decía …".
  received:
    /\b(recibi|me (llego|mando|mandaron|llegaron|entro)|tuve) (un|una|otro|otra|este|esta)( [a-z]+)? (llamada|mensaje|correo|carta|texto|sms|aviso)( (que (dice|decia)|diciendo|donde (dicen|decian))(?![^|]*\b(usted|tu|vos)\b)( \S+){0,4})? \|/,
  // "¿Es el …?", "¿hablo con …?", "¿cómo sé que es …?".
  askedFor:
    /\b(es (esta|ahi|aqui)|usted es|ustedes son|eres|hablo con|como se que( usted| ustedes)?( es| son)?|comunicarme con|me comunica con|estoy llamando a|llamo a|quiero hablar con|quisiera hablar con|puedo hablar con|busco)( (?!(le|les|te|me|soy|habla|nos|mi) )[a-z]+){0,3} \|/,
  // "Una carta de |…".
  heardOf:
    /\b(carta|correo|mensaje|texto|recibo|factura|cheque|reembolso|devolucion|citatorio|notificacion|papeles|cita|formulario|noticias|algo|nada)( [a-z]+){0,2} \|/,
  addressed:
    /\b(usted|tiene|trae|debe|presenta|consta|ustedes|su|sus|le|les|te|tu|tus|ti|vos|me|se (le|te)|l[oa]s? (van?|vamos|voy|pueden?|arrest[a-z]*|det[a-z]*|deport[a-z]*|embarg[a-z]*|demand[a-z]*)|[a-z]+[aei]rl[oae]s?|senor|senora|senorita|don|dona|abuel[a-z]*|mam[ai]|pap[ai]|ti[ao]|estoy|cliente|titular)\b/,
};
