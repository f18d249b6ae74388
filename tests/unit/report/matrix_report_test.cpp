#include "runner/report/matrix_report.hpp"

#include <gtest/gtest.h>

namespace ibtest {
namespace {

RunSummary ended(ExitStatus status, std::int64_t duration_ms) {
  RunSummary summary;
  summary.exit_status = status;
  summary.duration_ms = duration_ms;
  return summary;
}

TEST(MatrixReport, HasALineForEachTargetAndAColumnForEachDocument) {
  const RunSummary passed = ended(ExitStatus::success, 12'300);
  const RunSummary failed = ended(ExitStatus::component_failed, 900);
  const RunSummary broken = ended(ExitStatus::target_failed, 40);
  const RunSummary stopped = ended(ExitStatus::interrupted, 125'000);
  EXPECT_EQ(matrix_report({{"docker:debian-12", "a.yml", &passed},
                           {"docker:debian-12", "long-name-of-a-document.yml", &failed},
                           {"local", "a.yml", &broken},
                           {"local", "long-name-of-a-document.yml", nullptr}},
                          2, {}),
            "\n"
            "                  a.yml           long-name-of-a-document.yml\n"
            "docker:debian-12  passed  12.3 s  FAILED  0.9 s\n"
            "local             ERROR  40 ms    not run\n");
  EXPECT_EQ(matrix_report({{"one", "", &stopped}, {"second", "", &passed}}, 1, {.terminal = true}),
            "\n"
            "one     ■ stopped  2 min 05 s\n"
            "second  ✓ passed  12.3 s\n");
  EXPECT_EQ(matrix_report({{"one", "", &passed}, {"second", "", nullptr}}, 1, {.terminal = true, .color = true}),
            "\n"
            "one     \x1b[32m✓ passed  12.3 s\x1b[0m\n"
            "second  \x1b[2mnot run\x1b[0m\n");
}

TEST(MatrixReport, SaysNothingOfASingleRun) {
  const RunSummary passed = ended(ExitStatus::success, 1);
  EXPECT_EQ(matrix_report({{"one", "", &passed}}, 1, {}), "");
}

TEST(MatrixReport, NamesAreHarmless) {
  EXPECT_EQ(matrix_report({{"a\x1b[2J", "", nullptr}, {"b", "", nullptr}}, 1, {}), "\na  not run\nb  not run\n");
}

}  // namespace
}  // namespace ibtest
