# The portal in production: web, worker, beat and the owner's migrations all run from this image.
FROM python:3.11-slim AS build
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/venv \
 && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes --no-deps \
      -r /tmp/requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal /var/lib/portal /var/lib/portal/files /var/lib/portal/heads \
      /var/lib/portal/erasures /var/lib/portal/archive
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/portal
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PORTAL_ENV=prod \
    PORTAL_VAR=/var/lib/portal \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# Translations and static files belong to the image. Nothing is connected to and no secret is
# needed for them; the words below live for this one step and are in no layer's environment.
RUN key=$(python -c 'import base64; print(base64.b64encode(bytes(32)).decode())') \
 && export PORTAL_SECRET_KEY=build-step PORTAL_HOSTS=build.invalid \
      PORTAL_SEALED_KEY="$key" PORTAL_BLIND_INDEX_KEY="$key" \
      DATABASE_URL=postgres://build-step@127.0.0.1/none \
 && python manage.py compile_messages \
 && python manage.py collectstatic --noinput --verbosity 0 \
 && chown -R portal:portal /var/lib/portal
USER portal
EXPOSE 8000
VOLUME /var/lib/portal/files
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["python", "-m", "portal.engine.health"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "8", "--no-ws", "portal.wsgi:application"]
