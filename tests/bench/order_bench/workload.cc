#include "tests/bench/order_bench/workload.h"

#include <algorithm>

#include "orders/v1/order_service.pb.h"

namespace orders::bench {
namespace {

constexpr char kCreateMethod[] = "/orders.v1.OrderService/CreateOrder";
constexpr char kBatchCreateMethod[] = "/orders.v1.OrderService/BatchCreateOrders";
constexpr char kGetMethod[] = "/orders.v1.OrderService/GetOrder";
constexpr char kListMethod[] = "/orders.v1.OrderService/ListOrders";
constexpr char kConfirmMethod[] = "/orders.v1.OrderService/ConfirmOrder";

class CreateWorkload final : public Workload {
 public:
  CreateWorkload(const WorkloadOptions& options, OrderNames* names)
      : identities_(options.customers), template_(CreateRequestTemplate::One(options.shape)), names_(names) {}

  const std::vector<CallClass>& classes() const override { return classes_; }

  void Next(Random& random, Call& call) override { template_.Fill(identities_, random, call.request); }

  int CheckAnswer(const Call&, std::string_view answer) override {
    const std::string_view name = OrderName(answer);
    if (name.empty()) return 0;
    if (names_ != nullptr) names_->Add(name);
    return 1;
  }

 private:
  const std::vector<CallClass> classes_ = {{.name = "create", .method = kCreateMethod}};
  Identities identities_;
  const CreateRequestTemplate template_;
  OrderNames* const names_;
};

class BatchCreateWorkload final : public Workload {
 public:
  explicit BatchCreateWorkload(const WorkloadOptions& options)
      : classes_({{.name = "batch_create", .method = kBatchCreateMethod, .operations = options.batch_size}}),
        identities_(options.customers),
        template_(CreateRequestTemplate::Batch(options.shape, options.batch_size)) {}

  const std::vector<CallClass>& classes() const override { return classes_; }

  void Next(Random& random, Call& call) override { template_.Fill(identities_, random, call.request); }

  int CheckAnswer(const Call&, std::string_view answer) override { return CountCreated(answer); }

 private:
  const std::vector<CallClass> classes_;
  Identities identities_;
  const CreateRequestTemplate template_;
};

class GetWorkload final : public Workload {
 public:
  explicit GetWorkload(OrderNames* names) : names_(names) {}

  const std::vector<CallClass>& classes() const override { return classes_; }

  void Next(Random& random, Call& call) override {
    names_->CopyAny(random, call.subject);
    v1::GetOrderRequest request;
    request.set_name(call.subject);
    request.SerializeToString(&call.request);
  }

  int CheckAnswer(const Call& call, std::string_view answer) override { return OrderName(answer) == call.subject; }

 private:
  const std::vector<CallClass> classes_ = {{.name = "get", .method = kGetMethod}};
  OrderNames* const names_;
};

// Pages through a list; after the last page, or enough of them, starts the next list.
class ListPages {
 public:
  ListPages(const WorkloadOptions& options, const Identities& identities)
      : page_size_(options.page_size), identities_(identities) {}

  void Next(Random& random, Call& call) {
    if (!TakeUnreadPage(call.request)) {
      v1::ListOrdersRequest request;
      request.set_page_size(page_size_);
      if (random() % 2 == 0) request.set_filter("customer_id = \"" + identities_.CustomerId(random) + "\"");
      request.SerializeToString(&call.request);
    }
    call.subject = call.request;
  }

  void KeepNextPage(const Call& call, std::string_view answer) {
    const std::string_view token = NextPageToken(answer);
    v1::ListOrdersRequest request;
    if (token.empty() || !request.ParseFromString(call.subject)) return;
    request.set_page_token(std::string(token));
    const std::lock_guard lock(mutex_);
    if (++pages_read_ % kMeanPages != 0) unread_pages_.push_back(request.SerializeAsString());
  }

 private:
  static constexpr uint64_t kMeanPages = 5;

  bool TakeUnreadPage(std::string& request) {
    const std::lock_guard lock(mutex_);
    if (unread_pages_.empty()) return false;
    request = std::move(unread_pages_.back());
    unread_pages_.pop_back();
    return true;
  }

  const int page_size_;
  const Identities& identities_;
  std::mutex mutex_;
  std::vector<std::string> unread_pages_;  // Serialised requests.
  uint64_t pages_read_ = 0;
};

class MixedWorkload final : public Workload {
 public:
  MixedWorkload(const WorkloadOptions& options, OrderNames* names)
      : names_(names),
        identities_(options.customers),
        template_(CreateRequestTemplate::One(options.shape)),
        lists_(options, identities_) {}

  const std::vector<CallClass>& classes() const override { return classes_; }

  void Next(Random& random, Call& call) override {
    const uint64_t percent = random() % 100;
    call.call_class = percent < 70 ? kGet : percent < 90 ? kCreate : percent < 95 ? kList : kConfirm;
    switch (call.call_class) {
      case kGet: {
        names_->CopyAny(random, call.subject);
        v1::GetOrderRequest request;
        request.set_name(call.subject);
        request.SerializeToString(&call.request);
        break;
      }
      case kCreate:
        template_.Fill(identities_, random, call.request);
        break;
      case kList:
        lists_.Next(random, call);
        break;
      case kConfirm: {
        names_->TakeOldest(call.subject);
        v1::ConfirmOrderRequest request;
        request.set_name(call.subject);
        request.set_request_id(identities_.RequestId());
        request.SerializeToString(&call.request);
        break;
      }
    }
  }

  int CheckAnswer(const Call& call, std::string_view answer) override {
    switch (call.call_class) {
      case kCreate: {
        const std::string_view name = OrderName(answer);
        if (!name.empty()) names_->Add(name);
        return !name.empty();
      }
      case kList:
        lists_.KeepNextPage(call, answer);
        return 1;
      default:
        return OrderName(answer) == call.subject;
    }
  }

 private:
  enum : size_t { kGet, kCreate, kList, kConfirm };

  const std::vector<CallClass> classes_ = {{.name = "get", .method = kGetMethod},
                                           {.name = "create", .method = kCreateMethod},
                                           {.name = "list", .method = kListMethod},
                                           {.name = "confirm", .method = kConfirmMethod}};
  OrderNames* const names_;
  Identities identities_;
  const CreateRequestTemplate template_;
  ListPages lists_;
};

}  // namespace

void OrderNames::Add(std::string_view name) {
  const std::lock_guard lock(mutex_);
  names_.emplace_back(name);
}

size_t OrderNames::size() const {
  const std::lock_guard lock(mutex_);
  return names_.size();
}

void OrderNames::CopyAny(Random& random, std::string& name) const {
  const std::lock_guard lock(mutex_);
  name = names_[random() % names_.size()];
}

void OrderNames::TakeOldest(std::string& name) {
  const std::lock_guard lock(mutex_);
  name = names_[std::min(taken_, names_.size() - 1)];
  ++taken_;
}

std::unique_ptr<Workload> NewCreateWorkload(const WorkloadOptions& options, OrderNames* names) {
  return std::make_unique<CreateWorkload>(options, names);
}

std::unique_ptr<Workload> NewBatchCreateWorkload(const WorkloadOptions& options) {
  return std::make_unique<BatchCreateWorkload>(options);
}

std::unique_ptr<Workload> NewGetWorkload(OrderNames* names) { return std::make_unique<GetWorkload>(names); }

std::unique_ptr<Workload> NewMixedWorkload(const WorkloadOptions& options, OrderNames* names) {
  return std::make_unique<MixedWorkload>(options, names);
}

}  // namespace orders::bench
