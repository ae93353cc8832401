#include "server/commands.h"

#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "server/domain/reference_tables.h"
#include "server/store/migrator.h"
#include "server/store/verifier.h"
#include "server/version.h"

namespace orders {

int MigrateCommand(const Settings& settings) {
  const absl::StatusOr<std::vector<std::string>> applied = store::Migrate(settings.database_url);
  if (!applied.ok()) {
    std::cerr << "order-server migrate: " << applied.status().message() << '\n';
    return 1;
  }
  for (const std::string& name : *applied) std::cout << "applied " << name << '\n';
  std::cout << "the schema is at " << store::Migrations().back().name << '\n';
  return 0;
}

int VerifyCommand(const Settings& settings) {
  const bool on_terminal = isatty(STDERR_FILENO) != 0;
  const absl::StatusOr<store::VerifyReport> report = store::Verify(
      settings.database_url, [](const std::string& violation) { std::cout << violation << '\n'; },
      [on_terminal](const store::VerifyReport& so_far) {
        if (on_terminal) std::cerr << '\r' << so_far.orders << " orders checked" << std::flush;
      });
  if (on_terminal) std::cerr << '\n';
  if (!report.ok()) {
    std::cerr << "order-server verify: " << report.status().message() << '\n';
    return 2;
  }
  std::cout << report->orders << " orders, " << report->events << " events, " << report->idempotency_keys
            << " idempotency keys: " << report->violations << " violations\n";
  return report->violations == 0 ? 0 : 1;
}

int ApiTablesCommand() {
  std::cout << domain::ReferenceTablesMarkdown();
  return 0;
}

int VersionCommand() {
  std::cout << "order-server " << kVersion << '\n';
  return 0;
}

}  // namespace orders
