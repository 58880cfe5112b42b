import type { AskCues } from '../lexicon.ts';

/** What they want to be told, opened or done. Asks for money stand in `money-asks.ts`. */
export const SPANISH_ASKS: AskCues = {
  ask_code: {
    clear: [
      '{give} ~4 {code}',
      '{need} ~8 {code}',
      '(cual es|que dice|cuales son|tiene|tienes|tenes) ~2 {code} ~3 (que)? ~3 {arrives}',
      '{arrives} ~6 {code} ~12 {give}',
      '{arrives} ~5 (mensaje|sms|texto|notificacion|whatsapp|correo|codigo) ~8 {give}',
      '{code} ~6 {give}',
      '{give} ~3 (digitos|numeritos|cifras)',
      '(gener*|sac*|saque*|obten*) ~3 (clave|codigo|token|segunda clave)',
      '(clave dinamica|clave token|segunda clave|token de seguridad)',
    ],
    weak: [
      '(le|te|me|se) ~3 {arrives} ~4 {code}',
      '{code} ~3 que ~3 {arrives}',
      '(mandemelo|mandamelo|pasemelo|pasamelo|digamelo|dimelo|decimelo|dictemelo|dictamelo|damelo|demelo|leamelo|leemelo)',
      // The longer phrase counts: honest callers ask for these.
      '{give} ~4 codigo (de (entrega|reserva|reservacion|cliente|vestimenta|recogida|el viaje)|postal)',
      'le va a llegar (otro|otra|uno|un mensaje|un codigo|un sms)',
    ],
  },
  ask_identity: {
    clear: [
      '({give}|{need}|{must} dar*|cual es) ~6 (numero de (seguro|social|medicare|cedula|dni|documento|pasaporte|licencia|identificacion|identidad)|seguro social|social security|social|fecha de nacimiento|dni|cedula|curp|rfc|cuil|cuit|nif|nie|documento de identidad|pasaporte|apellido de (soltera|su madre)|numero de su (medicare|tarjeta de medicare|tarjeta roja))',
      'roja blanca y azul',
      '(ultimos|primeros) (cuatro|#) (digitos|numeros)? ~3 (seguro|social|dni|cedula)',
      '(foto|fotografia|copia|imagen) de (su|tu|la|el) ~1 (ine|dni|cedula|licencia|identificacion|pasaporte|documento)',
      '(validar|verificar|confirmar|comprobar|corroborar) (su|tu) ~1 (identidad|informacion|datos)',
    ],
    weak: [
      '(confirm*|valid*|verific*|corrobor*|indic*|me da) ~3 (nombre|direccion|domicilio|identidad|datos|edad|fecha de nacimiento)',
      '(cuantos anos tiene|que edad tiene|vive sol(o|a)|esta casad(o|a)|con quien vive|nombre completo)',
      '(seguro social|fecha de nacimiento)',
    ],
  },
  ask_card: {
    clear: [
      '({give}|{need}|{must}|busque|tenga|tome|saque) ~6 (numero*|digitos|datos|cvv|cvc|informacion|codigo|fecha|plastico) ~5 (tarjeta|tarjetas|plastico|tarjeta de (credito|debito))',
      '(dieciseis|quince|tres|cuatro|16|15|#) (digitos|numeros|cifras|numeritos) ~6 (tarjeta|atras|detras|reverso|delante|frente|dorso|posterior|plastico)',
      '(numero|numeros|tarjeta) ~4 (fecha|vencimiento) ~6 (codigo|cvv|tres)|{give} ~3 numeros ~4 (cvv|fecha)',
      'codigo de (atras|detras|el reverso|la vuelta)',
      '(leer*|dictar*|dict*|repetir*) ~2 (la|su|tu) tarjeta',
      '(codigo|numero|clave) de tres (cifras|digitos|numeros)|{give} ~10 cuando (vence|caduca|expira)|como (viene|aparece) ~2 nombre ~3 (tarjeta|plastico)',
      '(fecha de (vencimiento|caducidad|expiracion)|codigo de seguridad|cvv|cvc|cvv2)',
      'numero (largo|completo|grande) ~4 (tarjeta|delante|frente|enfrente)',
      '(visa o (una )? (mastercard|master)|mastercard o (una )? visa|credito o (de )? debito)',
      '(tarjeta|plastico) ~2 (a la mano|en la mano|a mano|enfrente|delante|cerca)',
      '(numeros?|numeritos|digitos) (de|que estan|que vienen) ~1 (delante|enfrente|frente|atras|detras|vuelta|reverso)|(lado|donde) ~3 la firma',
      '(saque|saca|busque|busca|agarre|tome|tenga) ~2 (tarjeta de (credito|debito)|cartera|billetera|plastico)',
      'que (tipo de )? tarjeta (es|tiene|usa|va a usar|maneja)',
    ],
    weak: [
      '(su|tu|una|con|la) ~1 tarjeta de (credito|debito)',
      '{give} ~1 (su|tu|la) tarjeta',
      '(primeros|ultimos) # (digitos|numeros)',
      '(pag*|cobr*|carg*) ~3 (con|a|en) ~1 tarjeta',
    ],
  },
  ask_bank_login: {
    clear: [
      '{go_into} ~4 (banca (en linea|online|movil|por internet|electronica|digital)|banco en linea|home banking|homebanking|online banking|bancamovil|cuenta bancaria|su banco|tu banco|cuenta de el banco)',
      '{go_into} ~2 (su|tu|la) ~1 (aplicacion|app|cuenta|pagina) (de el banco|de su banco|de tu banco|bancaria|de la banca|movil|de el bbva|de nequi|de bancolombia)',
      '({enter}|{give}|{need}|cual es) ~5 (contrasena*|password*|usuario|clave de (acceso|internet|el cajero|cajero|el banco|la tarjeta|home banking)|credenciales|datos de acceso|user name|username|pin de el cajero|nip de el cajero)',
      '{enter} ~2 (su|tu|la|el) ~1 (clave|pin|nip|password)',
      '({give}|{need}|cual es) ~6 (numero de ruta|cuenta bancaria|datos bancarios|datos de el banco|datos de su cuenta|routing|numeros? completos? de (su|tu|la) cuenta)',
      '({give}|{need}|{enter}) ~12 (clave|claves|contrasena|password) (de|principal|tambien|para)',
      '(con|ponga|meta|escriba|digite) (su|tu) (usuario|clave)',
      '(usuario y (la |su )? (clave|contrasena)|usuario y password)',
      '(que|cual|con que|en que|a que) banco ~1 (tiene|usa|es|esta|maneja|trabaja|tenes|tienes|usas|opera|pertenece)|(nombre de (su|tu) banco)',
      '(cuanto|cuanta|que) ~1 (dinero|plata|saldo|lana|efectivo)? ~2 (tiene|tienes|tenes|hay|guarda|queda|maneja) ~4 (cuenta|cuentas|banco|ahorrado|ahorros|ahorrada|invertido)',
      'en (cual|cuales|que) bancos? tiene (cuenta|cuentas|dinero)',
    ],
    weak: [
      '(saldo (disponible|actual|total)|cuenta de (ahorros?|cheques|nomina))',
      '{go_into} ~3 (aplicacion|app|cuenta)',
      '({give}|{need}|cual es) ~6 (cuenta|iban|clabe|cbu)',
    ],
  },
  ask_remote_access: {
    clear: [
      '(anydesk|any desk|anidesk|ani desk|enidesk|teamviewer|team viewer|timviewer|tim viewer|ultraviewer|rustdesk|quicksupport|quick support|screenconnect|logmein|alpemix|zoho assist)',
      '(descarg*|baj*|instal*) ~4 (aplicacion|app|programa|software|herramienta|antivirus|extension|programita)',
      '(acceso|control|soporte|asistencia|conexion) remot(o|a)|de (forma|manera) remota|remotamente',
      '(compart*|comparta*) ~2 pantalla',
      '(tom*|ten*|dar*|deme*|dame) ~2 (control|acceso) ~3 {machine}',
      '(conect*|entrar*|acceder*|ingresar*) ~3 (a|en) (su|tu|el|la) {machine}',
      '(tecla|boton) ~3 (windows|inicio|ventanita|bandera|banderita)|(tecla|letra) r',
      '(prend*|encend*|encien*|abr*) ~2 (su|tu|el|la) (computador*|ordenador*|compu|laptop|pc|equipo)',
      '(le|te) (doy|da|das) a (el )? (aceptar|permitir)|(le|te) ~4 (avis*|notificacion) ~3 (autorizar|aceptar)',
      '(acept*|permit*|autoric*|permita*) ~3 (conexion|acceso|permisos|solicitud de (conexion|acceso))',
      '(nueve|diez|9|10) (digitos|cifras|numeros)',
      '(numero|codigo|cifras|id) ~3 (le|te)? ~1 (sale|aparece|muestra|salga|aparezca) ~3 (pantalla|aplicacion|programa|app)',
      '(ventana|pantalla) (negra|azul)|simbolo de el sistema|visor de eventos',
      '(tiene|tienes|lo tiene|la tiene|esta) (encendid*|prendid*) ~3 {machine}|{machine} ~3 (encendid*|prendid*)',
    ],
    weak: [
      '(descarg*|instal*)',
      '(arregl*|repar*|limpi*|protej*|proteg*|revis*|escane*) ~3 {machine}',
      '(haga|haz|hacele|dele|dale|da) ~1 (clic|click)',
      '(play store|app store|navegador|browser|barra de direcciones|google chrome|pagina web)',
      'no ~1 (apague*|toque*|cierre*) ~2 {machine}',
      'que (tipo|clase|marca) de {machine}',
    ],
  },
  ask_stay_on_line: {
    clear: [
      'no ~2 (cuelgue*|cuelgues|cuelga|colgar|colgues|corte|cortes|cortar)',
      'no ~2 (se retire|retirarse|se salga|salir|salirse|te salgas|se desconecte|te vayas|se vaya|irse|deje|dejar) ~3 (linea|llamada|telefono)',
      '(quede*|quedate|quedese|mantenga*|mantengase|manten*|permanez*|siga|sigue|segui|espere|esper*) ~3 (en|conmigo en|a el) ~1 (linea|llamada|telefono)',
      '(dej*|pong*|mantenga*) ~3 (telefono|celular|movil|llamada) ~2 (abiert*|prendid*|encendid*|altavoz|en la bolsa|en el bolsillo|conectad*|descolgad*)',
      '(quede*|quedate) conmigo',
    ],
    weak: ['no (me )? (vaya|vayas) a colgar', 'si se corta la llamada|(se|me) (corta|cuelga) ~2 llamada'],
  },
  ask_lie_to_bank: {
    clear: [
      '(si|cuando|por si) (le|te|les|alguien|el|la)? ~4 (pregunt*|cuestion*|dicen algo|preguntan) ~5 (diga*|di|deci|dile*|digale*|decile*|decir|contest*|respond*|usted dice|vos decis|tu dices)',
      '(diga*|dile*|digale*|decile*|di|deci|decir) (le )? que (es|son|va) (para|por|de) ~1 (usted|uso|un|una|su|remodel*|gastos|compra*|casa|carro|familiar*|regalo*|viaje|ti|vos|negocio|tratamiento)',
      '(en|a el|a los de el|con el|con los de el|a la|a los de la) ~1 (banco|sucursal|oficina|cajer*|ventanilla|tienda|emplead*) ~1 no (le |les )? (diga*|digas|comente*|cuente*|mencione*)',
      'no (le |les |se lo )? ~2 (diga*|digas|comente*|cuente*|mencione*|expli*) ~4 (banco|sucursal|cajer*|emplead*|tienda|ventanilla|ejecutiv*|gerente)',
      'no ~1 (diga*|digas|mencione*) (que|para que|la verdad|por que)',
      'que es (para (uso personal|usted|un familiar|remodelar|su casa|gastos)|un regalo|un prestamo familiar)',
    ],
  },
  ask_press_or_call_back: {
    clear: [
      '(presion*|oprim*|marqu*|marca|marque|puls*|digit*|apriet*|aprete|toque|teclee) (el |la )? (numero |tecla |boton )? (#|cualquier)',
      '(comuniqu*|comunicarse|llame*|llamar*|llama|llamen*|marque*|contact*) ~4 a el ~3 #',
      '(llame*|llamen*|marque*|comuniqu*) ~1 a (el siguiente)? (numero|nuestro numero|mi numero)|devuelv* ~1 (esta |la )? llamada|regres* ~1 (esta |la )? llamada',
      '(hablar|comunic*|transfer*|pasar*|conect*) ~3 (con|a) ~1 (un|una|el|la|nuestro|nuestra|uno de|alguno de) ~3 (agente|representante|oficial|especialista|asesor*|operador*|ejecutiv*|departamento|supervisor*|tecnico)',
      'numero (gratuito|directo|sin costo|de atencion)',
    ],
    weak: [
      '(llameme|llamame|marqueme|marcame|llamenos|comuniquese con nosotros|escribame|escribeme)',
      '(llame|llamar|comuniquese|marcar) ~2 (de vuelta|de regreso|nuevamente|otra vez)',
      '(link|enlace|liga) ~3 (mand*|envi*|lleg*)|(mand*|envi*) ~2 (el|un) (link|enlace|liga)',
    ],
  },
};
