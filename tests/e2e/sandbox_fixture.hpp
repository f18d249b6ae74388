#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {

[[nodiscard]] std::string content_of(const std::filesystem::path& path);

/// Runs in the target `sandbox`, with a folder for what the sandboxes change, in which nothing may be left.
class SandboxTest : public RunTest {
 protected:
  SandboxTest();
  void TearDown() override;

  /// Engines leave folders of their own there.
  [[nodiscard]] std::string left_in_scratch() const;
  /// Everything, but of engines nothing: other tests use what is cached there.
  [[nodiscard]] ProgramResult clean_all() const;
  [[nodiscard]] std::vector<std::string> variables() const;
  ProgramResult run(const std::string& document, const std::string& target = "sandbox",
                    std::vector<std::string> more = {}) const;
  /// A root file system in the test's folder, as debootstrap makes one: that of the image debian:12. A small one has no
  /// /usr/share.
  enum class Size { small, whole };
  std::string make_root(Size size = Size::small) const;

  const std::filesystem::path scratch_ = folder_ / "scratch";
};

}  // namespace ibtest
