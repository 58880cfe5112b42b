import type { Lexicon } from '../lexicon.ts';

export const SPANISH_STORIES: Lexicon['stories'] = {
  government_impersonation: [
    '{agency}',
    '(impuestos atrasados|fraude (de impuestos|fiscal)|credito fiscal|debe (de )? impuestos|deuda (fiscal|tributaria))',
    '(seguro social) ~6 (suspend*|cancel*|usad*|comprometid*|sospechos*|rentad*)',
    '(suspend*|sospechos*|rentad*) ~6 seguro social',
    '(orden de (arresto|aprehension|captura|detencion|embargo)|investigacion federal|proceso (legal|judicial|penal))',
    '{crime} ~6 (su|nombre|carro|frontera|paso)',
    '(oficial|agente) ~6 (placa|numero)',
    '(lo|la|le|te) ~3 (deport*|arrest*)|(bono|subsidio|ayuda|apoyo) (de|de el) (gobierno|#)',
    '(multa|multas) ~4 (trafico|pendiente|pagar|pesos|euros|dolares)',
  ],
  bank_impersonation: [
    '(fraude*|antifraude|seguridad|prevencion|tarjeta*) ~4 (banco|tarjeta|cuenta)',
    '(puntos|reposicion|renovacion|duplicado) ~4 tarjeta|plastico',
    '(su|tu|mi|de el|en el) banco',
    'cuenta (segura|de seguridad|de resguardo|protegida|puente)',
    '(cargo|compra|transferencia|movimiento*|operacion|acceso|consumo|retiro) ~4 (sospechos*|inusual*|no reconocid*|no autorizad*|fraudulent*)',
    '(reconoce|hizo|realizo|autorizo) ~3 (compra|cargo|transferencia|consumo)',
    '(bbva|santander|caixabank|sabadell|banorte|banamex|citibanamex|hsbc|bancolombia|davivienda|de nequi|de daviplata|wells fargo|bank of america|banco (nacion|provincia|galicia|azteca|de bogota)|home banking|banca (en linea|online|movil))',
    '(clave dinamica|codigo de verificacion|token|clave principal)|(monitoreo|area) de tarjetas|aplicacion desactualizada',
  ],
  business_impersonation: [
    '(amazon|mercado (libre|pago)|wallapop|netflix|apple)',
    '(iphone|macbook|televisor)',
    '(pedido|orden|compra) ~8 (cuenta|amazon|mercado|apple)',
    '(paquete|envio|paqueteria|aduana|dhl|fedex)',
  ],
  tech_support: [
    '(microsoft|windows|soporte tecnico|servicio tecnico|asistencia tecnica)',
    '(virus|infectad*|hackead*|jaquead*|malware|hackers?|anydesk|any desk|teamviewer|acceso remoto|antivirus|troyano)',
    '(su|tu) (computador*|ordenador|laptop|pc|compu)',
    '(internet|modem|wifi|whatsapp) ~6 (error*|senales|hack*|jaque*|usando)|ultraviewer',
    '(tecla|boton) ~2 (windows|inicio)|licencia ~3 (vencid*|caduc*|expir*)',
  ],
  refund_overpayment: [
    '(reembolso|reintegro|devolucion|devolverle)',
    '(de mas|por error|por equivocacion) ~8 (transf*|deposit*|consign*|devuelv*|devolv*)',
    '(transf*|deposit*|consign*) ~8 (de mas|por error|por equivocacion)',
    '(me van a (echar|correr|despedir)|pierdo mi trabajo)',
  ],
  family_emergency: [
    '(abuel*|niet*|sobrin*)',
    '(capturad*|detenid*|retenid*|secuestrad*) a (su|tu) (hij*|niet*|espos*|herman*|familiar)|ahijad*|padrin*',
    '(su|tu) (hij*|niet*|espos*|herman*|familiar) ~8 (detenid*|atropell*|accidente|carcel|prision|capturad*)|familiar de|(madre|padre|hermana) de ~8 (detenid*|accidente|prision)',
    '(en la carcel|fianza|tuve un accidente|choque|choco|me detuv*|estoy detenid*|mi abogad*|en la comisaria|secuestrad*|tenemos a su|me agarraron|me pararon|encerrad*|capturad*)',
    '(no le (digas|diga) a (mi )? (mama|papa)|numero nuevo|nuevo numero|cambie de (numero|telefono|celular)|se me (rompio|cayo|perdio|ha roto|ha caido|dano) el (celular|telefono|movil))',
  ],
  prize_lottery: [
    '(felicidades|felicitaciones|enhorabuena|loteria|sorteo|rifa|ganador*|mega millions)',
    '(premio|gano|ganaste|se saco|sortead*|sali* favorecid*|todo incluido)',
    '(reclamar|cobrar|entregar*|recibir) ~3 premio',
  ],
  debt_relief: [
    '(alivio|consolidacion|reduccion|eliminacion|programa) ~2 (de|para) ~2 (deuda*|intereses|creditos)',
    '(prestamo|credito) ~5 (autorizad*|aprobad*|preaprobad*)',
    '(preaprobad*|desembolso|libre inversion|codeudor)',
    '(deuda*|tarjetas de credito) ~6 (eliminar*|reducir*|bajar*|programa)|(eliminar*|reducir*|bajar*) ~6 (deuda*|tarjetas de credito|intereses)',
  ],
  warranty_telemarketing: [
    '(garantia) ~4 (carro|vehiculo|auto|coche|extendida)',
    '(paneles solares|energia solar|alarma* para (su|el) (hogar|casa))',
    '(descuento|promocion|oferta) ~8 (factura|recibo|mensual|mes|tarifa)',
  ],
  health_medicare: [
    '(medicare|medicaid|rodillera|faja|prueba genetica|seguro (medico|de salud)|cobertura medica)',
    '(tarjeta|numero|beneficios) ~2 de medicare',
  ],
  utility_disconnection: [
    '(cort*|suspend*|desconect*) ~4 (luz|servicio|suministro|electricidad|energia|gas|agua)',
    '(quedar* sin|dejar* sin|desconexion) ~3 (luz|agua|gas|servicio)|servicio ~4 desconexion',
    '(compania|empresa|recibo|factura) de (la )? (luz|gas|agua|electricidad|energia)',
    '(cfe|comision federal de electricidad|iberdrola|endesa|naturgy|edenor|edesur|epm|enel|codensa)',
  ],
  investment_crypto: [
    '(invert*|inviert*|inversion*|trading|cripto*|bitcoin|plataforma) ~8 (ganancia*|beneficio*|rendimiento*|doble|doblar*|garantiz*|asesor|rentabilidad)',
    '(bitcoin|criptomonedas|binance|usdt)',
    '(asesor|plataforma) de (inversion|inversiones)',
  ],
  romance: [
    '(te amo|mi amor|mi vida|casamos|casarnos|mi cielo|carino) ~26 (dinero|mand*|envi*|visa|boleto|dolares|euros|western union)',
    '(plataforma petrolera|base militar|mision militar|soy militar|soldado)',
    'mi (reina|rey|cielo)|lo nuestro|extran* mi amor',
    'nos casamos|casarnos|casarme contigo',
  ],
  job_task: [
    '(trabajo desde casa|trabajo remoto|oferta de (trabajo|empleo)|recursos humanos|reclutamiento|curriculum|hoja de vida|ofrecer un trabajo)',
    '(complet*|hac*|realiz*) ~2 tareas|tareas premium|(comision|dinero)? por (cada )? (tarea|like)|me gusta a (los )? videos',
  ],
  rental_payee: [
    '(renta|alquiler|arriendo|departamento|apartamento|piso|casero) ~10 (cuenta nueva|deposit*|transfer*|zelle|anticipo|reserv*|senal)',
    '(apartar*|separar*|asegurar*) ~8 (mitad|deposit*|transf*|consign*)|amueblad*',
    '(factura|proveedor) ~10 (cuenta nueva|nueva cuenta|cambi* de cuenta)',
  ],
  charity: [
    '(donativo*|donacion*|donar|caridad|beneficencia|recaudando|damnificados|teleton|bomberos) ~12 (tarjeta|hoy|ahora|efectivo|dolares|euros|pesos|urgente*)',
  ],
  recovery: [
    '(donde|que) ~2 perdi(o|ste) ~2 (dinero|plata|ahorros)|billetera a (su|tu) nombre',
    '(recuperar*|rescatar*) ~4 (dinero|plata|fondos|inversion|lo que perdio|ahorros|lo perdido)',
    '(victima|estafad*|fraude) ~8 (recuper*|devolv*|compensa*|indemniza*)',
  ],
};
