# One image for web, worker, mailer and beat: docker-compose.yml says which command each runs.

FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /
RUN python -m venv /venv
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

# Readable by the portal whatever the umask of the checkout was.
FROM python:3.11-slim-bookworm AS code
COPY . /app
RUN chmod -R u=rwX,go=rX /app && python -m compileall -q /app

FROM python:3.11-slim-bookworm
ENV PATH="/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    DJANGO_SETTINGS_MODULE=impact.settings.production \
    IMPACT_LOCAL_DIR=/data \
    STATIC_ROOT=/static \
    MEDIA_ROOT=/data/media
# The code belongs to root: the portal cannot change itself.
RUN useradd --uid 10001 --no-create-home portal && install -d -o portal /data /data/media /data/beat
COPY --from=packages /venv /venv
COPY --from=code /app /app
WORKDIR /app
# These have no default; none of them is kept in the image.
RUN SECRET_KEY=unused ALLOWED_HOSTS=unused SITE_URL=https://unused EMAIL_URL=smtp://unused python manage.py collectstatic --no-input
USER portal
EXPOSE 8000
CMD ["gunicorn", "impact.wsgi"]
