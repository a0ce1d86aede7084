# The page and its REST API on the CPU:
#   docker build -t hmvlm . && docker run --rm -p 7860:7860 -v hmvlm-cache:/cache hmvlm
# With a GPU: --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu128, and docker run --gpus all.
FROM python:3.11-slim-bookworm

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1 \
    HMVLM_CACHE=/cache GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 GLIBC_TUNABLES=glibc.malloc.hugetlb=1

WORKDIR /app
COPY packages.txt requirements.txt ./
# hadolint ignore=DL3008,SC2046
RUN apt-get update \
    && apt-get install -y --no-install-recommends $(grep -Ev '^[[:space:]]*(#|$)' packages.txt) \
    && rm -rf /var/lib/apt/lists/*
RUN pip install --extra-index-url "$TORCH_INDEX" "$(grep -m1 -E '^torch==' requirements.txt)" \
    && pip install -r requirements.txt

COPY . .
RUN pip install --no-deps . \
    && useradd --create-home --uid 10001 hmvlm \
    && mkdir -p /cache \
    && chown hmvlm /cache
USER 10001
VOLUME /cache
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/healthz', timeout=8)"]
CMD ["hmvlm", "serve"]
