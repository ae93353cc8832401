#include <benchmark/benchmark.h>

#include <string>

#include "server/validate/filter.h"
#include "server/validate/page_token.h"
#include "server/validate/requests.h"

namespace orders::validate {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

v1::CreateOrderRequest MakeCreate(int64_t lines) {
  v1::CreateOrderRequest request;
  request.set_request_id("0190a6e0-7c1a-7000-8000-0000000000ff");
  v1::Order& order = *request.mutable_order();
  order.set_customer_id("customer-1");
  order.set_currency_code("EUR");
  order.set_external_reference("web-shop-100001");
  (*order.mutable_labels())["channel"] = "web";
  order.mutable_shipping_fee()->set_units(4);
  order.mutable_shipping_address()->set_recipient("Zoë Meier");
  order.mutable_shipping_address()->add_address_lines("Hauptstraße 1");
  order.mutable_shipping_address()->set_locality("Köln");
  order.mutable_shipping_address()->set_region_code("DE");
  for (int64_t i = 0; i < lines; ++i) {
    v1::OrderLine& line = *order.add_lines();
    line.set_product_id("product-" + std::to_string(i));
    line.set_description("1 kg of coffee, whole beans");
    line.set_quantity(i % 5 + 1);
    line.mutable_unit_price()->set_units(19);
    line.mutable_unit_price()->set_nanos(990'000'000);
    line.mutable_unit_price()->set_currency_code("EUR");
  }
  return request;
}

void BM_ValidateCreate(benchmark::State& state) {
  const v1::CreateOrderRequest request = MakeCreate(state.range(0));
  if (!Validate(request, kNow).ok()) return state.SkipWithError("the request is refused");
  for (auto _ : state) benchmark::DoNotOptimize(Validate(request, kNow));
}
BENCHMARK(BM_ValidateCreate)->ArgName("lines")->Arg(2)->Arg(100);

// What a hostile caller costs: every line is wrong in several ways.
void BM_RefuseCreate(benchmark::State& state) {
  v1::CreateOrderRequest request = MakeCreate(state.range(0));
  for (v1::OrderLine& line : *request.mutable_order()->mutable_lines()) {
    line.set_line_id("\x01");
    line.clear_product_id();
    line.set_quantity(-1);
    line.mutable_unit_price()->set_units(-1);
  }
  if (Validate(request, kNow).ok()) return state.SkipWithError("the request is not refused");
  for (auto _ : state) benchmark::DoNotOptimize(Validate(request, kNow));
}
BENCHMARK(BM_RefuseCreate)->ArgName("lines")->Arg(2)->Arg(500);

void BM_ParseFilter(benchmark::State& state) {
  constexpr char kFilter[] =
      "state = CONFIRMED AND create_time >= \"2026-01-01T00:00:00Z\" AND (labels.channel = web OR labels:gift)";
  if (!ParseFilter(kFilter).ok()) return state.SkipWithError("the filter is refused");
  for (auto _ : state) benchmark::DoNotOptimize(ParseFilter(kFilter));
}
BENCHMARK(BM_ParseFilter);

void BM_PageTokenRoundTrip(benchmark::State& state) {
  const PageStart start{kNow, "0190a6e0-7c1a-7000-8000-000000000001"};
  if (!DecodeOrdersPageToken(EncodeOrdersPageToken(1, start), 1)) return state.SkipWithError("the token is refused");
  for (auto _ : state) benchmark::DoNotOptimize(DecodeOrdersPageToken(EncodeOrdersPageToken(1, start), 1));
}
BENCHMARK(BM_PageTokenRoundTrip);

}  // namespace
}  // namespace orders::validate
