#include "rgsweep/data/product_cache.hpp"

#include <gtest/gtest.h>

namespace rgsweep::data {
namespace {

ProductKey pair(std::size_t a) {
  return {"synthetic", "shifts", 2, a, 9};
}

class ProductCacheTest : public testing::Test {
 protected:
  /// Whether the cache had to ask for the matrix, of `size` numbers that are its key's.
  bool asked(const ProductKey& key, Eigen::Index size = 10) {
    bool made = false;
    const auto products = cache_.get(key, [&]() -> Eigen::MatrixXd {
      made = true;
      return Eigen::MatrixXd::Constant(size, 1, static_cast<double>(key.a));
    });
    EXPECT_EQ((*products)(0), static_cast<double>(key.a));
    EXPECT_LE(cache_.bytes(), 240U);
    return made;
  }
  ProductCache cache_{240};
};

TEST_F(ProductCacheTest, WhatWasUsedLongestAgoGoesFirst) {
  EXPECT_TRUE(asked(pair(0)));
  EXPECT_TRUE(asked(pair(1)));
  EXPECT_TRUE(asked(pair(2)));
  EXPECT_EQ(cache_.bytes(), 240U);
  EXPECT_FALSE(asked(pair(0)));
  EXPECT_TRUE(asked(pair(3)));
  EXPECT_FALSE(asked(pair(0)));
  EXPECT_FALSE(asked(pair(2)));
  EXPECT_TRUE(asked(pair(1)));
}

TEST_F(ProductCacheTest, AMatrixTakesThePlaceOfSeveral) {
  asked(pair(0));
  asked(pair(1));
  EXPECT_TRUE(asked(pair(2), 25));
  EXPECT_EQ(cache_.bytes(), 200U);
  EXPECT_FALSE(asked(pair(2)));
  EXPECT_TRUE(asked(pair(1)));
}

TEST_F(ProductCacheTest, WhatIsTooLargeIsNotKeptAndPushesNothingOut) {
  asked(pair(0));
  EXPECT_TRUE(asked(pair(1), 31));
  EXPECT_TRUE(asked(pair(1), 31));
  EXPECT_FALSE(asked(pair(0)));
}

TEST_F(ProductCacheTest, EveryPartOfTheKeyCounts) {
  const ProductKey key = pair(0);
  asked(key);
  for (const ProductKey& other :
       {ProductKey{"file", "shifts", 2, 0, 9}, ProductKey{"synthetic", "rotations", 2, 0, 9},
        ProductKey{"synthetic", "shifts", 4, 0, 9}, ProductKey{"synthetic", "shifts", 2, 1, 9},
        ProductKey{"synthetic", "shifts", 2, 0, 8}}) {
    EXPECT_TRUE(asked(other));
    EXPECT_FALSE(asked(key));
  }
}

TEST_F(ProductCacheTest, WhatIsInUseOutlivesItsPlace) {
  const auto first = cache_.get(pair(7), [] { return Eigen::MatrixXd::Constant(30, 1, 7).eval(); });
  asked(pair(1));
  EXPECT_EQ(cache_.bytes(), 80U);
  EXPECT_EQ(first->sum(), 210);
}

}  // namespace
}  // namespace rgsweep::data
