#pragma once

#include "runner/report/console.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// Shows on the console what a target does before the first step.
class ConsoleProgress : public ProgressSink {
 public:
  explicit ConsoleProgress(Console& console) : console_(console) {}
  void activity(std::string_view what) override { console_.activity(what); }
  void detail(std::string_view line) override { console_.activity_detail(line); }
  void finished(std::string_view what) override { console_.activity_finished(what); }

 private:
  Console& console_;
};

}  // namespace ibtest
