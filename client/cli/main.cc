// orderctl: the order service from a terminal.

#include <CLI/CLI.hpp>
#include <map>

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
  app.add_option("--timeout", session.timeout_s, "Seconds that a call may take")->check(CLI::PositiveNumber);
  app.add_option("--output", session.output, "How to print: table, json or name")
      ->transform(CLI::CheckedTransformer(std::map<std::string, orders::cli::OutputFormat>{
          {"table", orders::cli::OutputFormat::kTable},
          {"json", orders::cli::OutputFormat::kJson},
          {"name", orders::cli::OutputFormat::kName}}));
  orders::cli::AddReadCommands(app, session);
  orders::cli::AddWriteCommands(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? orders::cli::kOk : orders::cli::kUsage;
  }
  return session.exit_code;
}
