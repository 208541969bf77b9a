# syntax=docker/dockerfile:1
# Two stages: the first has pip and the sources, the second only what runs. Every dependency is checked by its hash.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/sanctionwire
WORKDIR /src

# dependencies change seldom: their layer is kept until the lock file does
COPY requirements.lock ./
RUN /opt/sanctionwire/bin/pip install --require-hashes -r requirements.lock

# the builder comes from the developers' lock, hashes and all; no isolation, or pip would fetch another, unpinned
COPY requirements-dev.lock ./
RUN python -m pip install --constraint requirements-dev.lock hatchling

COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY seeds seeds
COPY config config
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/sanctionwire/bin/pip install --no-index --no-deps /wheels/*.whl \
    && /opt/sanctionwire/bin/pip uninstall --yes pip


FROM python:3.13-slim
LABEL org.opencontainers.image.title="sanctionwire" \
      org.opencontainers.image.description="Watches the news for sanctions and tells Slack and Discord" \
      org.opencontainers.image.licenses="MIT"

# the root may be read-only: all that is ever written is the database, in /data, and what SQLite puts into /tmp
RUN groupadd --gid 10001 sanctionwire \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin sanctionwire \
    && install --directory --owner 10001 --group 10001 --mode 0750 /data
COPY --from=build /opt/sanctionwire /opt/sanctionwire
ENV PATH=/opt/sanctionwire/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SANCTIONWIRE_DB=/data/sanctionwire.db

# `config` is looked for here: mount your own at /data/config, or the one in the package is taken
WORKDIR /data
VOLUME /data
USER 10001:10001

COPY deploy/healthcheck.py /opt/sanctionwire/healthcheck.py
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
    CMD ["python", "/opt/sanctionwire/healthcheck.py"]

STOPSIGNAL SIGTERM
ENTRYPOINT ["sanctionwire"]
CMD ["run"]
