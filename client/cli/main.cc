// orderctl: the order service from a terminal.

#include <CLI/CLI.hpp>
#include <string>

#include "client/cli/commands.h"
#include "client/cli/status_text.h"

int main(int argc, char** argv) {
  orders::cli::Session session;
  CLI::App app("Works with orders of an order server.");
  app.name("orderctl");
  app.footer(orders::cli::kExitCodesHelp);
  app.require_subcommand(1);
  app.fallthrough();
  app.option_defaults()->always_capture_default();
  app.add_option("--address", session.address, "HOST:PORT of the server")->envname("ORDERS_ADDRESS");
  app.add_option("--timeout", session.timeout_s, "Seconds that a call may take")->check(CLI::Range(0.001, 86400.0));
  std::string output = "table";
  app.add_option("--output", output, "How to print: table, json or name")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "json", "name"}).description(""))
      ->each([&session](const std::string& format) {
        session.output = format == "json"   ? orders::cli::OutputFormat::kJson
                         : format == "name" ? orders::cli::OutputFormat::kName
                                            : orders::cli::OutputFormat::kTable;
      });
  orders::cli::AddReadCommands(app, session);
  orders::cli::AddWriteCommands(app, session);
  orders::cli::AddVerbCommands(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? orders::cli::kOk : orders::cli::kUsage;
  }
  return session.exit_code;
}
