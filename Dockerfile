# The worker as a container: slim, not root, one process.
#
#   docker build -t captpathfinder .
#   docker run --env-file .env -p 127.0.0.1:8080:8080 captpathfinder
#
# It needs no volume. Port 8080 has /healthz, /readyz and /metrics; deploy/compose.yml has the rest of a good run.
#
# The base is an exact tag. A release sets its digest as well: --build-arg BASE=python:…@sha256:…
ARG BASE=python:3.13.9-slim-trixie

FROM ${BASE} AS build
WORKDIR /src
# The tools of the build have hashes as well, so that nothing is fetched that is not named here.
COPY requirements/run.txt requirements/build.txt requirements/
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
    && python -m venv /opt/worker \
    && /opt/worker/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY worker worker
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel . \
    && /opt/worker/bin/pip install --no-cache-dir --no-deps --no-index /wheel/*.whl

FROM ${BASE}
# What WeasyPrint draws PDFs with, and fonts for names in any script.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin worker
COPY --from=build /opt/worker /opt/worker
# Within the container every address is its own; which of them are published is for `docker run` to say.
ENV PATH=/opt/worker/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LOG_FORMAT=json \
    HEALTH_HOST=0.0.0.0 \
    HEALTH_PORT=8080
EXPOSE 8080
USER worker
WORKDIR /tmp
# The grace time of running jobs is 25 seconds; stop the container with at least `--stop-timeout 30`.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
    ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"HEALTH_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["tini", "--", "captpathfinder"]
CMD ["run"]
