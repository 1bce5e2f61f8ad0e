# The service without torch. Build: docker build -t langalign .
ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS build
# With torch: --build-arg EXTRAS=serve,torch
ARG EXTRAS=serve,onnx
WORKDIR /project
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src ./src
RUN python -m venv /opt/langalign \
    && /opt/langalign/bin/pip install --no-cache-dir --constraint constraints.txt ".[${EXTRAS}]"

FROM python:${PYTHON}-slim
COPY --from=build /opt/langalign /opt/langalign
# The file system may be read-only; what insists on a home gets one that can be thrown away.
# In /cache/onnx, exported transformers may be mounted.
ENV PATH=/opt/langalign/bin:$PATH \
    HOME=/tmp \
    LANGALIGN_CACHE=/cache \
    HF_HUB_OFFLINE=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/ready', timeout=4)"]
ENTRYPOINT ["langalign", "serve", "--host", "0.0.0.0", "--port", "8000"]
CMD ["/models/model"]
