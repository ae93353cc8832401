# gRPCConfig.cmake on Debian expects the module-mode Protobuf targets to exist already.
find_package(Protobuf REQUIRED)
find_package(gRPC REQUIRED)
find_package(absl REQUIRED)
find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(OpenSSL REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx>=6.4)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

# google/{api,rpc,type}/*.proto, from Debian's golang-github-gogo-googleapis-dev.
find_path(GOOGLEAPIS_PROTO_DIR google/rpc/error_details.proto
  PATHS /usr/share/gocode/src/github.com/gogo/googleapis REQUIRED NO_DEFAULT_PATH)
