# order-server on Debian 12: built in one stage, run in another that has only the shared libraries.
FROM debian:12-slim AS build
COPY cmake/debian-packages.txt /
RUN apt-get update \
    && awk '$1 == "build" { print $2 }' /debian-packages.txt | xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN cmake -S . -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DORDERS_BUILD_TESTS=OFF \
    && cmake --build /build --target order-server \
    && strip /build/bin/order-server

FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates libabsl20220623 libcpp-httplib0.11 libfmt9 libgrpc++1.51 libpqxx-6.4 libprometheus-cpp-core1.0 \
      libprotobuf32 libspdlog1.10 libssl3 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/bin/order-server /usr/local/bin/order-server
# The numeric id lets Kubernetes see that it is not root.
USER 65532:65532
EXPOSE 50051 9464
ENTRYPOINT ["order-server"]
