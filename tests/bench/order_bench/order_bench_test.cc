#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "orders/v1/order_service.pb.h"
#include "tests/bench/order_bench/latency_histogram.h"
#include "tests/bench/order_bench/order_messages.h"
#include "tests/bench/order_bench/workload.h"

namespace orders::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

TEST(LatencyHistogramTest, QuantilesAreAtMostOnePercentTooHighAndNeverTooLow) {
  LatencyHistogram histogram;
  for (int i = 1; i <= 100'000; ++i) histogram.Record(microseconds(i));
  for (const double fraction : {0.001, 0.5, 0.95, 0.99, 0.999}) {
    const auto exact = nanoseconds(static_cast<int64_t>(fraction * 1e8));
    EXPECT_GE(histogram.Quantile(fraction), exact) << fraction;
    EXPECT_LE(histogram.Quantile(fraction).count(), static_cast<double>(exact.count()) * 1.01) << fraction;
  }
  EXPECT_EQ(histogram.Quantile(1), microseconds(100'000));
  EXPECT_EQ(histogram.max(), microseconds(100'000));
}

TEST(LatencyHistogramTest, KeepsTheLargestLatencyBeyondTheLastBucket) {
  LatencyHistogram histogram;
  histogram.Record(std::chrono::hours(2));
  EXPECT_EQ(histogram.max(), std::chrono::hours(2));
  EXPECT_EQ(histogram.count(), 1U);
}

TEST(LatencyHistogramTest, MergingAddsUp) {
  LatencyHistogram fast;
  LatencyHistogram slow;
  for (int i = 0; i < 99; ++i) fast.Record(nanoseconds(100));
  slow.Record(microseconds(50));
  fast.Merge(slow);
  EXPECT_EQ(fast.Quantile(0.99), nanoseconds(100));
  EXPECT_EQ(fast.Quantile(1), microseconds(50));
}

TEST(LatencyHistogramTest, IsZeroWithoutRecords) { EXPECT_EQ(LatencyHistogram().Quantile(0.99), nanoseconds(0)); }

TEST(CreateRequestTemplateTest, EveryRequestOfABatchHasItsOwnIdentities) {
  Identities identities(/*customers=*/1'000'000);
  Random random(1);
  const auto batch = CreateRequestTemplate::Batch(OrderShape::kRich, 100);
  std::set<std::string> request_ids;
  std::set<std::string> customer_ids;
  for (int i = 0; i < 3; ++i) {
    std::string bytes;
    batch.Fill(identities, random, bytes);
    v1::BatchCreateOrdersRequest request;
    ASSERT_TRUE(request.ParseFromString(bytes));
    ASSERT_EQ(request.requests_size(), 100);
    for (const v1::CreateOrderRequest& each : request.requests()) {
      request_ids.insert(each.request_id());
      customer_ids.insert(each.order().customer_id());
      EXPECT_EQ(each.order().lines_size(), 2);
    }
  }
  EXPECT_EQ(request_ids.size(), 300U);
  EXPECT_GT(customer_ids.size(), 290U);
}

TEST(AnswersTest, AreReadWithoutParsing) {
  const v1::Order order = SampleCreatedOrder(OrderShape::kRich);
  EXPECT_EQ(OrderName(order.SerializeAsString()), order.name());
  EXPECT_EQ(OrderName(""), "");

  v1::BatchCreateOrdersResponse batch;
  *batch.add_results()->mutable_order() = order;
  batch.add_results()->mutable_error()->set_code(3);
  *batch.add_results()->mutable_order() = order;
  EXPECT_EQ(CountCreated(batch.SerializeAsString()), 2);
  EXPECT_EQ(CountFirstField(batch.SerializeAsString()), 3);

  v1::ListOrdersResponse page;
  *page.add_orders() = order;
  EXPECT_EQ(NextPageToken(page.SerializeAsString()), "");
  page.set_next_page_token("next");
  EXPECT_EQ(NextPageToken(page.SerializeAsString()), "next");
}

TEST(GetWorkloadTest, AnotherOrderThanAskedForIsNotAnAnswer) {
  OrderNames names;
  names.Add("orders/a");
  const auto workload = NewGetWorkload(&names);
  Random random(1);
  Call call;
  workload->Next(random, call);
  v1::Order answer;
  answer.set_name("orders/a");
  EXPECT_EQ(workload->CheckAnswer(call, answer.SerializeAsString()), 1);
  answer.set_name("orders/b");
  EXPECT_EQ(workload->CheckAnswer(call, answer.SerializeAsString()), 0);
}

TEST(MixedWorkloadTest, FollowsPagesAndConfirmsEachOrderOnce) {
  OrderNames names;
  for (int i = 0; i < 2000; ++i) names.Add("orders/" + std::to_string(i));
  const auto workload = NewMixedWorkload({}, &names);
  v1::ListOrdersResponse page;
  page.set_next_page_token("more");
  Random random(1);
  std::map<std::string, int> calls;
  std::set<std::string> confirmed;
  bool later_page = false;
  for (int i = 0; i < 10'000; ++i) {
    Call call;
    workload->Next(random, call);
    const std::string& name = workload->classes()[call.call_class].name;
    ++calls[name];
    if (name == "confirm") {
      v1::ConfirmOrderRequest request;
      ASSERT_TRUE(request.ParseFromString(call.request));
      EXPECT_TRUE(confirmed.insert(request.name()).second) << request.name();
    } else if (name == "list") {
      v1::ListOrdersRequest request;
      ASSERT_TRUE(request.ParseFromString(call.request));
      later_page |= request.page_token() == "more";
      EXPECT_EQ(workload->CheckAnswer(call, page.SerializeAsString()), 1);
    }
  }
  EXPECT_TRUE(later_page);
  EXPECT_NEAR(calls["get"], 7000, 300);
  EXPECT_NEAR(calls["create"], 2000, 200);
  EXPECT_NEAR(calls["list"], 500, 120);
  EXPECT_NEAR(calls["confirm"], 500, 120);
}

}  // namespace
}  // namespace orders::bench
