# One image for every part: web server, worker, beat. By default it runs the whole site by itself:
#   docker build -t photoroom . && docker run -p 8000:8000 -v photoroom:/data photoroom
# Nothing is compiled. PIP_EXTRA_INDEX_URL may name PyTorch's CPU index, which makes the image several GB smaller.

FROM python:3.11-slim-bookworm AS build
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
# requirements.txt names ./packaging/dlib, the local stand-in for dlib
COPY packaging packaging
COPY requirements.txt .
RUN /venv/bin/pip install -r requirements.txt
COPY package.json package-lock.json requirements-node.txt ./
COPY scripts/fetch_front_end.py scripts/
COPY static/img/icons.json static/img/
RUN python scripts/fetch_front_end.py
COPY locale locale
COPY scripts/compile_words.py scripts/
RUN /venv/bin/python scripts/compile_words.py

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app photoroom \
    && install --directory --owner=photoroom /data
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app/static/vendor static/vendor
COPY --from=build /app/static/words static/words
COPY --from=build /app/locale locale
COPY manage.py .
COPY photoroom photoroom
COPY accounts accounts
COPY albums albums
COPY processing processing
COPY templates templates
COPY static static
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PHOTOROOM_DATA=/data PHOTOROOM_HOST=0.0.0.0 PHOTOROOM_PORT=8000
USER photoroom
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=8)"]
CMD ["python", "manage.py", "up"]
