# The worker as a container: slim, not root, one process.
#
#   docker build -t captpathfinder .
#   docker run --env-file .env captpathfinder
#
# It needs no volume and opens no port: health checks are asked from inside.

FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/worker && /opt/worker/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY worker worker
RUN /opt/worker/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
# What WeasyPrint draws PDFs with, and fonts for names in any script.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin worker
COPY --from=build /opt/worker /opt/worker
ENV PATH=/opt/worker/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LOG_FORMAT=json \
    HEALTH_PORT=8080
USER worker
WORKDIR /tmp
# The grace time of running jobs is 25 seconds; stop the container with at least `--stop-timeout 30`.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
    ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"HEALTH_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["tini", "--", "captpathfinder"]
CMD ["run"]
