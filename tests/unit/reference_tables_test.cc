#include "server/domain/reference_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "server/domain/refusal.h"

namespace orders::domain {
namespace {

using ::testing::HasSubstr;

TEST(ReferenceTablesTest, HasARowOfEachTable) {
  const std::string markdown = ReferenceTablesMarkdown();
  EXPECT_THAT(markdown, HasSubstr("| `PENDING` | `ConfirmOrder` | `CONFIRMED` |\n"));
  EXPECT_THAT(markdown, HasSubstr("| `CAPTURED` | `RefundOrder` | `REFUNDED` |\n"));
  EXPECT_THAT(markdown, HasSubstr("| `shipping_fee` | `PENDING` | `UNPAID` |\n"));
  EXPECT_THAT(markdown, HasSubstr("| `labels` | every state | any |\n"));
  EXPECT_THAT(markdown, HasSubstr("\nFinal: `REFUNDED`, `VOIDED`.\n"));
  for (const ReasonRow& row : Reasons()) EXPECT_THAT(markdown, HasSubstr("| `" + std::string(row.name) + "` |"));
}

TEST(ReferenceTablesTest, EveryTableHasOneWidth) {
  std::istringstream lines(ReferenceTablesMarkdown());
  std::string line;
  std::ptrdiff_t width = 0;
  while (std::getline(lines, line)) {
    if (!line.starts_with('|')) {
      width = 0;
      continue;
    }
    const std::ptrdiff_t cells = std::count(line.begin(), line.end(), '|');
    if (width == 0) width = cells;
    EXPECT_EQ(cells, width) << line;
  }
}

}  // namespace
}  // namespace orders::domain
