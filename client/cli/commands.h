#ifndef ORDERS_CLIENT_CLI_COMMANDS_H_
#define ORDERS_CLIENT_CLI_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "client/cli/connection.h"

// Each function adds its subcommands to `app`; they run while the command line is parsed. `session` must outlive `app`.
namespace orders::cli {

// get, list, history, ping
void AddReadCommands(CLI::App& app, Session& session);
// create, batch-create, update, erase-customer
void AddWriteCommands(CLI::App& app, Session& session);
// confirm, reject, cancel, ship, deliver, return, refund
void AddVerbCommands(CLI::App& app, Session& session);

}  // namespace orders::cli

#endif  // ORDERS_CLIENT_CLI_COMMANDS_H_
