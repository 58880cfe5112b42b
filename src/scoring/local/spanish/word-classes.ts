import type { WordClasses } from '../phrase.ts';

export const SPANISH_CLASSES: WordClasses = {
  // What is asked of the other: the commands of tú, usted and vos, “¿me da …?”, and what follows “necesito que …”.
  give: '(me|nos) (lo|la|los|las)? (de|des|da|das|dicta|dictas|dicte|lee|lees|lea|leas|diga|digas|pasa|pasas|pase|pases|manda|mandas|mande|mandes|envia|envias|envie|regala|regalas|regale|confirma|confirmas|confirme|indica|indicas|indique|(puede|puedes|podes|podria) (leer|dar|decir|dictar|repetir|pasar|mandar|confirmar)|(va|vas) (diciendo|dando|dictando|leyendo|pasando))|(me|nos) (dice|dices) (el|la|los|las|su|sus|tu|tus|ese|esa|esos)|(me|nos) (lo|la|los|las) (dice|dices)|diga*|dime*|decime*|decinos|decirme*|decirnos*|dict*|leame*|leeme*|leenos|leanos|leerme*|leerla|leerlo|leerlos|lea|leas|lee|leer|leelo|deme*|dame*|denos*|danos*|darme*|darnos*|paseme*|pasame*|pasarme*|mandeme*|mandame*|mandarme*|enviem*|enviam*|enviarme*|confirm*|indiqu*|indicam*|indicarme*|facilit*|proporcion*|regalem*|regalam*|regalarme*|compart*|repit*|verifi*|valida*|valide*|suministr*|muestr*',
  need: 'necesito|necesitamos|necesitaria|necesitariamos|ocupo|ocupamos|requiero|requerimos|solicito|solicitamos|quiero|queremos|me hace falta|nos hace falta|me falta',
  must: 'tiene que|tienes que|tenes que|tendra que|tendria que|debe|debes|hay que|necesita|necesitas|va a tener que',
  go_into:
    'entre|entres|entra|ingrese|ingreses|ingresa|abra|abras|abre|abri|acceda|accedas|accede|conectese|conectate|inicie|inicia|metase|metete|({must}|vamos a|va a|vas a|puede|puedes|podes) (entrar|ingresar|abrir|acceder|conectarse|conectarte|iniciar|meterse|meterte)',
  enter:
    'pon|ponga*|poner*|pone|escrib*|tecle*|ingres*|digit*|introdu*|marqu*|mete|meta|dame|deme|diga*|dime|decime|cambi*',
  pay: 'pag*|cubr*|ingres*|cancel*|abon*|deposit*|consign*|liquid*|cancele*',
  send: 'deposit*|consign*|transfer*|transfier*|gir*|envi*|mand*|ingres*|hac*|haga*|haz*|hag*|pague*|pagalo|pagala|pas*|devuelv*|devolv*|cobr*',
  buy: 'compr*|adquier*|adquirir*|consig*|conseg*|pag*|traiga*|traer*|lleva*|lleve*|carg*|carge*|vaya por|necesit*|busc*',
  your: 'su|sus|tu|tus|el|la|los|las|mi|mis|ese|esa|eso|esos|esas|un|una|todo|toda|todos|todas',
  no_one:
    'nadie|ningun*|mama|papa|mami|papi|madre|padre|mis padres|tus padres|sus padres|esposo|esposa|marido|mujer|hij*|familia|familiares|parientes|pareja|herman*|vecin*|amig*|banco|sucursal|oficina|cajer*|emplead*|ejecutiv*|gerente|policia|abogad*|autoridades|tienda|tercer*|ellos|abuel*',
  code: 'codigos?|numerito|clave|claves|token|otp|pin|nip|clave dinamica|numeros? de verificacion|verification code|security code|passcode|(#|seis|cuatro|ocho) (digitos|cifras|numeros|numeritos)',
  arrives: 'lleg*|envi*|mand*|recib*|sali*|sale|salga|aparec*|aparezca*|entr*|acab*',
  secret: 'codigo*|clave*|contrasen*|pin|nip|token|numero*|dato*|informacion|tarjeta*|password',
  asked: 'nip|pin|clave*|contrasen*|codigo*|dato*|numero*|dinero|tarjeta|informacion|pagar|pague*|mueva*|eso',
  not_tell:
    '(no|nunca|jamas) (se|debe|debes|hay que|puede|vaya a|vayas a)? (le|les|te|me|lo|la|los|las)? (comparta|compartan|compartas|compartir|compartirlo|diga|digas|decir|decirle|des|dar|darle|entregue|entregues|revele|reveles|facilite|facilites|deis)|(no|nunca|jamas) (le|les|se lo|se la|se los) de',
  amount: '# (y)? (#)? (#)? (#)? (de)? (dolares|pesos|euros|soles|lucas|varos|grand|bucks)',
  money:
    'dinero|plata|lana|efectivo|ahorros|fondos|saldo|dolares|pesos|euros|monto|importe|deposito|joyas|oro|dinerito',
  when: 'hoy|hoy mismo|ahora|ahorita|ahora mismo|ahorita mismo|antes|primero|por adelantado|ya|ya mismo|inmediatamente|de inmediato|urgente',
  officer:
    'oficial|agente|detective|sargento|comandante|inspector|inspectora|capitan|teniente|fiscal|juez|jueza|magistrado|comisario|investigador|investigadora|licenciado|licenciada|abogado|abogada|perito fiscal|defensor|defensora|alguacil|sheriff|marshal|officer',
  agency:
    'irs|internal revenue|departamento de el tesoro|departamento de (justicia|seguridad nacional|inmigracion|migracion|estado)|administracion de el seguro social|oficina de el seguro social|seguridad social|social security|inmigracion|migracion|ice|uscis|fbi|dea|interpol|aduanas?|hacienda|agencia tributaria|sat|servicio de administracion tributaria|dian|afip|arca|anses|imss|issste|infonavit|condusef|profeco|banco de mexico|banco central|banco de espana|policia (nacional|federal|local|cibernetica|judicial|metropolitana|de investigacion)|guardia civil|mossos|fiscalia|procuraduria|juzgado|tribunal*|corte (federal|suprema|superior|de el condado)|ministerio (publico|de salud|de hacienda|de trabajo)?|gobierno (federal)?|secretaria de (hacienda|salud|relaciones|el bienestar)|medicare|medicaid|consulado|embajada|sheriff|superintendencia|dgt|direccion general de trafico|prosperidad social|colpensiones|pami|sunat|sisben|alcaldia|ayuntamiento|municipalidad|la policia|bienestar social|loteria nacional',
  company:
    'bbva|bancomer|santander|caixabank|la caixa|sabadell|bankinter|unicaja|ing|kutxabank|ibercaja|banorte|citibanamex|banamex|hsbc|scotiabank|bancoppel|coppel|banco (azteca|nacion|provincia|galicia|macro|ciudad|de bogota|popular|de occidente|agrario|de chile|estado|pichincha|de el bienestar)|inbursa|banregio|bancolombia|davivienda|nequi|daviplata|galicia|macro|brubank|uala|naranja x|mercado pago|mercado libre|mercadolibre|mercadopago|wells fargo|chase|bank of america|citibank|capital one|cash app|paypal|visa|mastercard|american express|microsoft|windows|apple|amazon|google|facebook|netflix|movistar|vodafone|orange|jazztel|claro|telcel|telmex|izzi|tigo|personal|endesa|iberdrola|naturgy|repsol|cfe|comision federal de electricidad|edenor|edesur|epm|enel|codensa|dhl|fedex|ups|usps|estafeta|correos|seur|servientrega|publishers clearing house|mega millions',
  dept: 'fraude|fraudes|seguridad|prevencion|prevencion de fraudes?|proteccion|cobranza|cobranzas|cobros|legal|juridic*|impuestos|aclaraciones|monitoreo|reembolsos?|devoluciones|verificacion|investigacion*|premios|loteria|sorteos|aduanas?|cancelaciones|desconexion*|corte*|creditos?|beneficios|alivio|operaciones|sistemas',
  unit: 'departamento|depto|area|equipo|unidad|division|oficina|centro|direccion|gerencia|mesa',
  machine:
    'computador*|ordenador*|compu|laptop|pc|equipo|celular|telefono|movil|dispositivo|tablet|windows|sistema|router|red',
  store:
    'walmart|target|oxxo|cvs|walgreens|tienda|supermercado|super|farmacia|seven eleven|best buy|dollar general|family dollar|soriana|chedraui|coppel|elektra|estanco|kiosco|gasolinera|mercadona|carrefour|exito',
  bank: 'banco|cajero|sucursal|atm|oficina|oxxo|efecty|western union|baloto|rapipago',
  gift: 'regalo|gift|prepago|prepagad*|google play|apple|itunes|steam|amazon|target|ebay|razer|vanilla|green dot|visa de regalo|xbox|sephora|walmart|play|oxxo',
  channel:
    'zelle|western union|moneygram|money gram|bizum|nequi|daviplata|efecty|oxxo|mercado pago|mercadopago|remitly|cash app|cashapp|venmo|paypal|pse|spei|money order|giro|rapipago|pago facil|baloto|su red|seven eleven|coppel|elektra|yape|plin|revolut|ria',
  account: 'cuenta|clabe|iban|cbu|cvu|alias|tarjeta|numero de cuenta',
  crime:
    'lavado de dinero|lavado de activos|narcotrafico|narco|drogas?|cocaina|marihuana|trafico de drogas|contrabando|robo de identidad|fraude (fiscal|de impuestos|bancario)|evasion (fiscal|de impuestos)|papeles falsos|documentos falsos|homicidio|trata de personas|terrorismo',
  someone:
    'alguien|un tercero|terceros|otra persona|hackers?|ladrones|delincuentes|estafadores|un desconocido|desconocidos|los hackers',
  courier:
    'mensajero|mensajera|muchacho|muchacha|chico|chica|senor|senora|gestor|gestora|emplead*|agente|oficial|chofer|motorizado|motociclista|repartidor|persona|alguien|companero|companera|courier|cadete|taxi|uber|representante|perito|asistente|secretaria|policia',
  relative: 'abuel*|tia|tio|mama|mami|papa|papi|prim*|padrin*|madrin*',
};
