#include <benchmark/benchmark.h>

#include <string>

#include "server/domain/decide.h"

namespace orders::domain {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

CreateCommand MakeCreate(int64_t lines) {
  CreateCommand command;
  command.order_id = "0190a6e0-7c1a-7000-8000-000000000001";
  command.customer_id = "customer-1";
  command.currency_code = "EUR";
  command.shipping_fee = Money::FromUnits(4, 990'000'000);
  for (int64_t i = 0; i < lines; ++i) {
    OrderLine& line = command.lines.emplace_back();
    line.product_id = "product-" + std::to_string(i);
    line.quantity = i % 5 + 1;
    line.unit_price = Money::FromUnits(19, 990'000'000);
  }
  return command;
}

// Includes the copy of the command, which the server moves.
void BM_DecideCreate(benchmark::State& state) {
  const CreateCommand command = MakeCreate(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(DecideCreate(command, kNow));
}
BENCHMARK(BM_DecideCreate)->ArgName("lines")->Arg(2)->Arg(100);

void BM_DecideConfirm(benchmark::State& state) {
  const Order order = DecideCreate(MakeCreate(state.range(0)), kNow)->order;
  const ChangeCommand command = ConfirmCommand{"stock checked"};
  for (auto _ : state) benchmark::DoNotOptimize(DecideChange(order, command, "v1", kNow));
}
BENCHMARK(BM_DecideConfirm)->ArgName("lines")->Arg(2)->Arg(100);

}  // namespace
}  // namespace orders::domain
