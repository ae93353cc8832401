#include "server/validate/page_token.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

#include "absl/strings/escaping.h"

namespace orders::validate {
namespace {

constexpr uint64_t kHash = 0x0123456789abcdef;
const PageStart kStart{absl::FromUnixMicros(1'700'000'000'123'456), "0190a6e0-7c1a-7000-8000-000000000001"};

TEST(PageToken, OrdersRoundTrip) {
  const absl::Time times[] = {absl::FromUnixMicros(0), kStart.sort_time, absl::FromUnixMicros(253'402'300'799'999'999)};
  for (const absl::Time time : times) {
    for (const std::string& id : {std::string("a"), std::string(63, 'z'), kStart.order_id}) {
      const auto start = DecodeOrdersPageToken(EncodeOrdersPageToken(kHash, {time, id}), kHash);
      ASSERT_TRUE(start.has_value());
      EXPECT_EQ(start->sort_time, time);
      EXPECT_EQ(start->order_id, id);
    }
  }
}

TEST(PageToken, EventsRoundTrip) {
  for (const int64_t version : {int64_t{0}, int64_t{1}, std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(DecodeEventsPageToken(EncodeEventsPageToken("o1", version), "o1"), version);
  }
}

TEST(PageToken, IsSafeInUrls) {
  const std::string token = EncodeOrdersPageToken(~uint64_t{0}, kStart);
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos)
      << token;
}

TEST(PageToken, IsBoundToItsList) {
  EXPECT_FALSE(DecodeOrdersPageToken(EncodeOrdersPageToken(kHash, kStart), kHash + 1).has_value());
  EXPECT_FALSE(DecodeEventsPageToken(EncodeEventsPageToken("o1", 3), "o2").has_value());
  EXPECT_FALSE(DecodeEventsPageToken(EncodeOrdersPageToken(StableHash("o1"), kStart), "o1").has_value());
  EXPECT_FALSE(DecodeOrdersPageToken(EncodeEventsPageToken("o1", 3), StableHash("o1")).has_value());
}

TEST(PageToken, WhatNoListContainsIsRefused) {
  const PageStart bad[] = {{kStart.sort_time, ""},
                           {kStart.sort_time, "UPPER"},
                           {kStart.sort_time, "-"},
                           {kStart.sort_time, std::string(64, 'a')},
                           {kStart.sort_time, "a'; DROP TABLE orders; --"},
                           {kStart.sort_time, std::string("a\0b", 3)},
                           {absl::FromUnixMicros(-1), "a"},
                           {absl::InfiniteFuture(), "a"}};
  for (const PageStart& start : bad) {
    EXPECT_FALSE(DecodeOrdersPageToken(EncodeOrdersPageToken(kHash, start), kHash).has_value()) << start.order_id;
  }
  EXPECT_FALSE(DecodeEventsPageToken(EncodeEventsPageToken("o1", -1), "o1").has_value());
}

TEST(PageToken, EveryChangedBitIsNoticed) {
  const std::string token = EncodeOrdersPageToken(kHash, kStart);
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(token, &bytes));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(DecodeOrdersPageToken(absl::WebSafeBase64Escape(changed), kHash).has_value()) << "bit " << bit;
  }
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(DecodeOrdersPageToken(absl::WebSafeBase64Escape(bytes.substr(0, length)), kHash).has_value());
  }
}

TEST(PageToken, NoiseIsRefused) {
  std::mt19937 random(1);
  for (int i = 0; i < 10'000; ++i) {
    std::string noise(random() % 80, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    EXPECT_FALSE(DecodeOrdersPageToken(noise, kHash).has_value());
    EXPECT_FALSE(DecodeEventsPageToken(absl::WebSafeBase64Escape(noise), "o1").has_value());
  }
  EXPECT_FALSE(DecodeOrdersPageToken(std::string(4 << 20, 'A'), kHash).has_value());
}

// Tokens outlive a release: those that callers hold must stay valid.
TEST(PageToken, StableHashStaysAsItIs) {
  // The published test vectors of 64-bit FNV-1a.
  EXPECT_EQ(StableHash(""), 0xcbf29ce484222325u);
  EXPECT_EQ(StableHash("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(StableHash("foobar"), 0x85944171f73967e8u);
}

}  // namespace
}  // namespace orders::validate
