# docker build --build-arg MINISPOD_COMMIT=$(git rev-parse --short=12 HEAD) -t minispod:0.1.0 .
FROM oven/bun:1.4.5 AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Bun takes the versions from package-lock.json; install scripts of packages don't run.
RUN bun install --no-save --ignore-scripts
COPY tsconfig.json LICENSE ./
COPY scripts ./scripts
COPY drizzle ./drizzle
COPY src ./src
ARG MINISPOD_COMMIT
RUN bun scripts/build.ts --outfile /out/minispod && mkdir /out/data

FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/minispod /usr/local/bin/minispod
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV DATA_DIR=/data
WORKDIR /data
VOLUME /data
EXPOSE 3000
# The binary is a Bun as well, so the image needs no other HTTP client.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \
  CMD BUN_BE_BUN=1 minispod -e "process.exit((await fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/livez')).ok ? 0 : 1)"
ENTRYPOINT ["minispod"]
