# The indexer's image. dist/indexer holds this file and main.mjs, which `npm run build` made.

# An index of all platforms. To refresh: docker buildx imagetools inspect gcr.io/distroless/nodejs22-debian12:nonroot
ARG BASE_IMAGE=gcr.io/distroless/nodejs22-debian12:nonroot@sha256:13593b7570658e8477de39e2f4a1dd25db2f836d68a0ba771251572d23bb4f8e

# Runs on the builder's own platform: it only looks at text.
FROM --platform=$BUILDPLATFORM ${BASE_IMAGE} AS verified
WORKDIR /app
COPY main.mjs ./
# A bundle that this Node.js cannot parse must not become an image.
RUN ["/nodejs/bin/node", "--check", "/app/main.mjs"]

FROM ${BASE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production
# Owned by root and read-only: the process can run its code and not change it.
COPY --from=verified --chown=0:0 --chmod=0444 /app/main.mjs ./main.mjs
USER 65532:65532
# The base image's entry point is node; it is process 1 and gets SIGTERM itself.
CMD ["/app/main.mjs"]
