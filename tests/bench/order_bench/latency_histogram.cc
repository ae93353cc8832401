#include "tests/bench/order_bench/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace orders::bench {
namespace {

constexpr int kSubBucketBits = 7;
constexpr uint64_t kSubBuckets = 1U << kSubBucketBits;
constexpr int kValueBits = 40;
constexpr uint64_t kMaxValue = (uint64_t{1} << kValueBits) - 1;
constexpr size_t kBucketCount = (kValueBits - kSubBucketBits + 1) * kSubBuckets;

// Values of one power of two share kSubBuckets buckets; `octave` 0 holds the values that need no rounding.
size_t BucketOf(uint64_t value) {
  if (value < kSubBuckets) return value;
  const int octave = static_cast<int>(std::bit_width(value)) - kSubBucketBits;
  return static_cast<size_t>(octave) * kSubBuckets + ((value >> (octave - 1)) - kSubBuckets);
}

uint64_t UpperBoundOf(size_t bucket) {
  const uint64_t octave = bucket / kSubBuckets;
  const uint64_t place = bucket % kSubBuckets;
  if (octave == 0) return place;
  return ((kSubBuckets + place + 1) << (octave - 1)) - 1;
}

}  // namespace

LatencyHistogram::LatencyHistogram() : buckets_(kBucketCount) {}

void LatencyHistogram::Record(std::chrono::nanoseconds latency) {
  const int64_t value = std::max<int64_t>(latency.count(), 0);
  ++buckets_[BucketOf(std::min(static_cast<uint64_t>(value), kMaxValue))];
  ++count_;
  max_ = std::max(max_, value);
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::chrono::nanoseconds LatencyHistogram::Quantile(double fraction) const {
  const auto wanted = std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(count_))));
  uint64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (buckets_[i] > 0 && seen >= wanted) {
      return std::chrono::nanoseconds(std::min(static_cast<int64_t>(UpperBoundOf(i)), max_));
    }
  }
  return std::chrono::nanoseconds(max_);
}

std::vector<std::pair<uint64_t, uint64_t>> LatencyHistogram::NonEmptyBuckets() const {
  std::vector<std::pair<uint64_t, uint64_t>> result;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i] > 0) result.emplace_back(UpperBoundOf(i), buckets_[i]);
  }
  return result;
}

}  // namespace orders::bench
