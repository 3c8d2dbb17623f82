#include "rgsweep/nn/graph.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::nn {
namespace {

/// "01 12" for edges 0 -> 1 and 1 -> 2.
std::string edges(std::string_view name, int nodes) {
  std::vector<std::string> result;
  for (int from = 0; from < nodes; ++from)
    for (int to = 0; to < nodes; ++to)
      if (graph(name).edge(from, to, nodes)) result.push_back(std::to_string(from) + std::to_string(to));
  return join(result, " ");
}

TEST(Graph, EdgesByHand) {
  EXPECT_EQ(edges("pair", 2), "01");
  EXPECT_EQ(edges("pair", 4), "03 13 23");
  EXPECT_EQ(edges("chain", 2), "01 10");
  EXPECT_EQ(edges("chain", 4), "01 10 12 21 23 32");
  EXPECT_EQ(edges("ring", 2), "01 10");
  EXPECT_EQ(edges("ring", 4), "01 03 10 12 21 23 30 32");
  EXPECT_EQ(edges("complete", 2), "01 10");
  EXPECT_EQ(edges("complete", 3), "01 02 10 12 20 21");
}

TEST(Graph, NoNodeSendsToItself) {
  for (const Graph& entry : graphs())
    for (int nodes = 2; nodes <= 6; ++nodes)
      for (int node = 0; node < nodes; ++node) EXPECT_FALSE(entry.edge(node, node, nodes)) << entry.name;
}

TEST(Graph, ReadoutsByHand) {
  for (int node = 0; node < 4; ++node) {
    EXPECT_EQ(readout("sink").reads(node, 4), node == 3);
    EXPECT_TRUE(readout("sum").reads(node, 4));
  }
}

TEST(Graph, UnknownNamesAreUsageErrors) {
  EXPECT_THROW(graph("star"), UsageError);
  EXPECT_THROW(readout("mean"), UsageError);
}

}  // namespace
}  // namespace rgsweep::nn
