#ifndef ORDERS_SERVER_COMMANDS_H_
#define ORDERS_SERVER_COMMANDS_H_

#include "server/settings.h"

// The subcommands of order-server besides serving. Each returns the process's exit code, having said on standard output
// what it did and on standard error what went wrong.
namespace orders {

int MigrateCommand(const Settings& settings);
int VerifyCommand(const Settings& settings);
int ApiTablesCommand();
int VersionCommand();

}  // namespace orders

#endif  // ORDERS_SERVER_COMMANDS_H_
