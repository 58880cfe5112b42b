import { describe, expect, it } from 'vitest';
import type { Stance, Tactic } from '../../../src/call/facts.ts';
import type { Speaker } from '../../../src/call/utterance.ts';
import { createLocalFinder, type LocalFinder } from '../../../src/scoring/local/local-finder.ts';
import { utterance } from '../../support/utterance.ts';

const finderOf = (language: string): LocalFinder => {
  const finder = createLocalFinder();
  finder.spokenIn(language);
  return finder;
};
const find = (text: string, speaker: Speaker = 'unknown', language = 'es') =>
  finderOf(language).hear(utterance(text, 1, speaker)).facts;
const stanceIn = (text: string, tactic: Tactic, speaker?: Speaker): Stance | 'absent' =>
  find(text, speaker).find((fact) => fact.tactic === tactic)?.stance ?? 'absent';

describe('the local finder in Spanish', () => {
  it.each<[Tactic, string]>([
    ['authority', 'Le habla el agente Ramírez del IRS.'],
    ['authority', 'Le llamo del departamento de fraude de su banco.'],
    ['authority', 'Te hablo de Mercado Pago.'],
    ['urgency', 'Tiene que pagar inmediatamente.'],
    ['urgency', 'Hoy es el último día de plazo.'],
    ['threat', 'Hay una orden de arresto en su contra.'],
    ['threat', 'Su número de seguro social ha sido suspendido.'],
    ['threat', 'Lo vamos a deportar.'],
    ['threat', 'Le van a cortar la luz.'],
    ['threat', 'Alguien está intentando sacar dinero de su cuenta.'],
    ['secrecy', 'No le diga nada a nadie.'],
    ['secrecy', 'No le cuentes a papá.'],
    ['secrecy', 'no lo comente con su hija'],
    ['rapport', 'Felicidades, usted se ganó un carro.'],
    ['commitment', 'Haga exactamente lo que yo le diga.'],
    ['social_proof', 'Miles de clientes ya están ganando.'],
    ['ask_code', 'Dígame el código que le llegó.'],
    ['ask_code', 'pasame los 6 números que te llegaron'],
    ['ask_code', 'Regáleme la clave dinámica.'],
    ['ask_identity', 'Necesito su número de seguro social.'],
    ['ask_card', 'Deme los dieciséis dígitos de la tarjeta.'],
    ['ask_bank_login', 'Ahora entre a su banca en línea.'],
    ['ask_remote_access', 'Descargue AnyDesk.'],
    ['ask_gift_card', 'Compre tarjetas de regalo de Target.'],
    ['ask_gift_card', 'Raspe la parte de atrás de la tarjeta.'],
    ['ask_crypto', 'Deposite el dinero en un cajero de Bitcoin.'],
    ['ask_wire', 'Mándelo por Zelle.'],
    ['ask_wire', 'Hazme un bizum al número que te paso.'],
    ['ask_wire', 'Haga el depósito en el Oxxo.'],
    ['ask_cash_courier', 'Un mensajero va a pasar a recoger el dinero.'],
    ['ask_move_money', 'Vamos a mover sus ahorros a una cuenta segura.'],
    ['ask_stay_on_line', 'No cuelgue, quédese en la línea.'],
    ['ask_lie_to_bank', 'Si le preguntan en el banco, diga que es para un familiar.'],
    ['ask_press_or_call_back', 'Oprima el uno para hablar con un agente.'],
    ['victim_complying', 'Ya estoy bajando la aplicación.'],
    ['victim_complying', 'Me llegó, es el cuatro dos nueve ocho.'],
    ['protective_advice', 'Cuelgue y llame al número que está atrás de su tarjeta.'],
  ])('finds %s in “%s”', (tactic, text) => {
    const fact = find(text).find((found) => found.tactic === tactic);
    expect(fact?.stance).toBe('pressed');
    expect(text).toContain(fact?.quote);
  });

  it.each([
    'Hola abuela, soy Julia, ¿cómo estuvo la misa?',
    'Plantamos rosas y Margarita trajo su pastel de limón.',
    'Su cita es el jueves a las diez y media.',
    'Quieren enseñarte sus dibujos del equipo de deportes.',
  ])('finds nothing in “%s”', (text) => {
    expect(find(text)).toEqual([]);
  });

  it.each<[string, Tactic, Stance]>([
    ['Nunca le vamos a pedir que nos diga el código.', 'ask_code', 'negated'],
    ['No hace falta que compre tarjetas de regalo.', 'ask_gift_card', 'negated'],
    ['No comparta su código con nadie.', 'ask_code', 'advised_against'],
    ['No compres tarjetas de regalo.', 'ask_gift_card', 'advised_against'],
    ['No hay ninguna orden de arresto en su contra.', 'threat', 'negated'],
    ['Me pidieron que comprara tarjetas de regalo.', 'ask_gift_card', 'mentioned'],
    ['Si alguien le pide que compre tarjetas de regalo, cuelgue.', 'ask_gift_card', 'mentioned'],
    ['Piden que muevan el dinero a una cuenta segura.', 'ask_move_money', 'mentioned'],
    ['Mi hermano está en la cárcel.', 'threat', 'mentioned'],
  ])('takes “%s” for what it is', (text, tactic, stance) => {
    expect(stanceIn(text, tactic)).toBe(stance);
  });

  it.each<[string, Tactic]>([
    ['Si no paga, lo van a arrestar.', 'threat'],
    ['No señora, dígame el código.', 'ask_code'],
    ['no dígame el código', 'ask_code'],
    ['No hay problema, compre las tarjetas de regalo.', 'ask_gift_card'],
    ['No hay tiempo, léame el código.', 'ask_code'],
    ['No, le voy a pedir que me diga el código.', 'ask_code'],
    ['No, compre tarjetas de regalo.', 'ask_gift_card'],
    ['No le diga a nadie, compre tarjetas de regalo.', 'ask_gift_card'],
    ['Esto no es una estafa, léame el código.', 'ask_code'],
    ['Mi jefe me dijo que usted tiene que comprar tarjetas de regalo ya.', 'ask_gift_card'],
  ])('is not put off by a “no” that stands nearby: “%s”', (text, tactic) => {
    expect(stanceIn(text, tactic)).toBe('pressed');
  });

  it.each<[string, Tactic]>([
    ['Recibí una carta del IRS.', 'authority'],
    ['¿Usted es del departamento de fraude?', 'authority'],
    ['Ya te mandé por Bizum lo de la cena.', 'ask_wire'],
    ['No le dé su número de tarjeta a nadie.', 'ask_card'],
  ])('takes nobody at fault who talks like “%s”', (text, tactic) => {
    expect(stanceIn(text, tactic)).not.toBe('pressed');
  });

  it('listens to who says it', () => {
    expect(stanceIn('Léame el código.', 'ask_code', 'caller')).toBe('pressed');
    expect(stanceIn('¿Le doy el código que me llegó?', 'ask_code', 'protected')).not.toBe('pressed');
    expect(stanceIn('El código es cuatro dos nueve.', 'victim_complying', 'caller')).toBe('absent');
    expect(stanceIn('El código es cuatro dos nueve.', 'victim_complying', 'protected')).toBe('pressed');
  });

  it('takes a full stop in the middle of a sentence for none', () => {
    const finder = finderOf('es');
    finder.hear(utterance('Tiene que comprar tarjetas de.', 1));
    expect(finder.hear(utterance('regalo en la tienda', 2)).facts).toContainEqual(
      expect.objectContaining({ tactic: 'ask_gift_card', stance: 'pressed' }),
    );
  });

  it('knows which story is told', () => {
    expect(finderOf('es').hear(utterance('Abuela, tuve un accidente')).scamTypes[0]).toBe('family_emergency');
  });
});

describe('the language of a call', () => {
  const asksIn = (text: string, language: string): boolean =>
    find(text, 'unknown', language).some(({ tactic, stance }) => tactic === 'ask_gift_card' && stance === 'pressed');

  it('is English until somebody says otherwise', () => {
    const unstated = createLocalFinder();
    expect(unstated.hear(utterance('Compre tarjetas de regalo.')).facts).toEqual([]);
    unstated.spokenIn('es-MX');
    expect(unstated.hear(utterance('Compre tarjetas de regalo.', 2)).facts).not.toEqual([]);
  });

  it.each(['es', 'es-419', 'ES-us', 'multi'])('%s is read as Spanish with English in it', (language) => {
    expect(asksIn('Compre tarjetas de regalo.', language)).toBe(true);
    expect(asksIn('Compre cuatro gift cards de Target.', language)).toBe(true);
    expect(asksIn('Go and buy Target gift cards.', language)).toBe(true);
  });

  it('is heard first: its own words tell what is done with an English one', () => {
    expect(stanceIn('Recibí una carta de Western Union.', 'authority')).not.toBe('pressed');
    expect(stanceIn('Me pidieron el dinero por Western Union.', 'ask_wire')).toBe('mentioned');
  });

  it('that has no lexicon of its own is read as English', () => {
    expect(asksIn('Go and buy Target gift cards.', 'fr-CA')).toBe(true);
  });
});
