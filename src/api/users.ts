import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { escalationSchema, NO_ESCALATION } from '../alerting/escalation.ts';
import { optInText } from '../alerting/sms-text.ts';
import { contactIdSchema, phoneNumberSchema, userIdSchema } from '../call/ids.ts';
import { languageSchema } from '../call/language.ts';
import { CALLER_TRUSTS, SENSITIVITIES } from '../call/priors.ts';
import { HttpProblem, parseInput } from '../http/problem.ts';
import type { UserStore } from '../records/user-store.ts';

const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

const sensitivitySchema = z.enum(SENSITIVITIES);

const newUserSchema = z.object({
  name: nameSchema,
  phoneNumber: phoneNumberSchema,
  lineNumber: phoneNumberSchema,
  mode: z.literal('listen'),
  escalation: escalationSchema.default(NO_ESCALATION),
  sensitivity: sensitivitySchema.default('normal'),
  language: languageSchema.nullable().default(null),
});

const preferencesSchema = z
  .strictObject({
    sensitivity: sensitivitySchema.exactOptional(),
    language: languageSchema.nullable().exactOptional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must hold a sensitivity, a language or both');

const newContactSchema = z.object({
  name: nameSchema,
  phoneNumber: phoneNumberSchema,
  optIn: z.enum(['recorded', 'request']),
});

const userParamsSchema = z.object({ id: userIdSchema });
const contactParamsSchema = userParamsSchema.extend({ contactId: contactIdSchema });
const numberParamsSchema = userParamsSchema.extend({ phoneNumber: phoneNumberSchema });
const trustSchema = z.strictObject({ trust: z.enum(CALLER_TRUSTS) });

/** Provisioning: the protected people, those whom they trust, and the numbers that call them. */
export function registerUserRoutes(server: FastifyInstance, users: UserStore, wakeOutbox: () => void): void {
  server.post('/users', async (request, reply) => {
    const user = await users.createUser(parseInput(newUserSchema, request.body));
    if (user === null) throw new HttpProblem(409, 'phoneNumber or lineNumber is another user’s.');
    return reply.code(201).send(user);
  });

  server.get('/users/:id', async (request) => findUser(request.params));

  server.patch('/users/:id', async (request) => {
    const { id } = parseInput(userParamsSchema, request.params);
    const changed = await users.setPreferences(id, parseInput(preferencesSchema, request.body));
    if (!changed) throw noSuchUser();
    return findUser(request.params);
  });

  server.put('/users/:id/escalation', async (request) => {
    const { id } = parseInput(userParamsSchema, request.params);
    const escalation = parseInput(escalationSchema, request.body);
    if (!(await users.setEscalation(id, escalation))) throw noSuchUser();
    return escalation;
  });

  server.post('/users/:id/contacts', async (request, reply) => {
    const user = await findUser(request.params);
    const contact = parseInput(newContactSchema, request.body);
    const added = await users.addContact(user.id, contact, optInText(contact.name, user.name));
    if (added === null) throw new HttpProblem(409, 'This user has a contact with this phoneNumber.');
    wakeOutbox();
    return reply.code(201).send(added);
  });

  server.delete('/users/:id/contacts/:contactId', async (request, reply) => {
    const { id, contactId } = parseInput(contactParamsSchema, request.params);
    if (!(await users.removeContact(id, contactId))) throw new HttpProblem(404, 'There is no such contact.');
    return reply.code(204).send();
  });

  server.get('/users/:id/numbers', async (request) => {
    const { id } = await findUser(request.params);
    return users.listNumbers(id);
  });

  server.put('/users/:id/numbers/:phoneNumber', async (request) => {
    const { id, phoneNumber } = parseInput(numberParamsSchema, request.params);
    const number = { phoneNumber, ...parseInput(trustSchema, request.body) };
    if (!(await users.setNumber(id, number))) throw noSuchUser();
    return number;
  });

  server.delete('/users/:id/numbers/:phoneNumber', async (request, reply) => {
    const { id, phoneNumber } = parseInput(numberParamsSchema, request.params);
    if (!(await users.removeNumber(id, phoneNumber))) throw new HttpProblem(404, 'There is no such number.');
    return reply.code(204).send();
  });

  async function findUser(params: unknown) {
    const user = await users.findUser(parseInput(userParamsSchema, params).id);
    if (user === null) throw noSuchUser();
    return user;
  }
}

const noSuchUser = (): HttpProblem => new HttpProblem(404, 'There is no such user.');
