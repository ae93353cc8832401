#ifndef ORDERS_TESTS_BENCH_ORDER_BENCH_ORDER_MESSAGES_H_
#define ORDERS_TESTS_BENCH_ORDER_BENCH_ORDER_MESSAGES_H_

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "orders/v1/order.pb.h"
#include "orders/v1/order_service.pb.h"

// The messages of the benchmark, as bytes: requests are serialised once and then only patched, answers are skimmed and
// never parsed, so that the load takes little of the processor it shares with the server.
namespace orders::bench {

using Random = std::mt19937_64;

// Request ids and customers of one run. Thread-safe.
class Identities {
 public:
  // Orders are spread evenly over `customers` customers.
  explicit Identities(uint32_t customers);

  // Unique in this run and, by a random prefix, among runs. Always kRequestIdSize characters.
  void WriteRequestId(char* to);
  std::string RequestId();
  // Always kCustomerIdSize characters.
  void WriteCustomerId(Random& random, char* to) const;
  std::string CustomerId(Random& random) const;

  static constexpr size_t kRequestIdSize = 8 + 1 + 12;
  static constexpr size_t kCustomerIdSize = 9 + 8;

 private:
  const uint64_t run_;
  const uint32_t customers_;
  std::atomic<uint64_t> next_request_{0};
};

enum class OrderShape {
  kPlain,  // Two lines with product, description, quantity, price and tax.
  kRich,   // The same with shipping address, external reference, labels and a note.
};

// A request whose customer_id and request_id are places to be filled: texts of the right size that occur nowhere else.
v1::CreateOrderRequest CreateRequestWithPlaces(OrderShape shape);
inline constexpr std::string_view kCustomerIdPlace = "<customer-id---->";
inline constexpr std::string_view kRequestIdPlace = "<request-id--------->";
static_assert(kCustomerIdPlace.size() == Identities::kCustomerIdSize);
static_assert(kRequestIdPlace.size() == Identities::kRequestIdSize);

// Where `wanted` occurs in `text`.
std::vector<size_t> FindAll(std::string_view text, std::string_view wanted);

// A serialised CreateOrderRequest, or a BatchCreateOrdersRequest of `orders` of them, with places for the identities.
class CreateRequestTemplate {
 public:
  static CreateRequestTemplate One(OrderShape shape);
  static CreateRequestTemplate Batch(OrderShape shape, int orders);

  // Makes `request` the bytes of a new request.
  void Fill(Identities& identities, Random& random, std::string& request) const;

 private:
  explicit CreateRequestTemplate(std::string bytes);

  std::string bytes_;
  std::vector<size_t> customer_ids_;  // Where in `bytes_`.
  std::vector<size_t> request_ids_;
};

// What the service answers to one created order of `shape`: the same fields, of the same size.
v1::Order SampleCreatedOrder(OrderShape shape);

// How many messages a repeated field 1 has in `message`.
int CountFirstField(std::string_view message);
// `name` of a serialised Order; empty if it has none.
std::string_view OrderName(std::string_view order);
// How many results of a serialised BatchCreateOrdersResponse hold an order.
int CountCreated(std::string_view batch_response);
// `next_page_token` of a serialised ListOrdersResponse.
std::string_view NextPageToken(std::string_view list_response);

}  // namespace orders::bench

#endif  // ORDERS_TESTS_BENCH_ORDER_BENCH_ORDER_MESSAGES_H_
