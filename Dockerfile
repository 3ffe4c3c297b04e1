# The dashboard and the compiled program are made in a stage of their own: what makes them stays there.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Without the packages' own scripts: one of them fetches Node, which is here already.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm run prepack && chmod +x dist/main.js
# TypeScript stays behind as what a package could do with, if it were there.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/typescript node_modules/@typescript

FROM node:24-slim
COPY --from=build /app/package.json /app/LICENSE /app/
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/fonts /app/fonts
COPY --from=build /app/examples /app/examples
COPY --from=build /app/dist /app/dist
RUN ln -s /app/dist/main.js /usr/local/bin/wiki-change-stream && install -d -o node -g node /data

# Here `data/`, where the settings' defaults put everything, is the volume.
WORKDIR /
VOLUME /data
# What SQLite cannot hold in memory goes where writing is possible. To be reached from outside of the container the
# program has to listen everywhere; whom it lets in is asked at the start: HTTP_TOKEN, or HTTP_PUBLIC=yes.
ENV SQLITE_TMPDIR=/data HTTP_HOST=0.0.0.0
EXPOSE 8080
USER node
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT || 8080}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The same flags as `npm start`.
ENTRYPOINT ["node", "--expose-gc", "--max-semi-space-size=8", "--v8-pool-size=1", "/app/dist/main.js"]
CMD ["start"]
