#include "tests/e2e/sandbox_fixture.hpp"

#include <fstream>
#include <iterator>

namespace ibtest {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

SandboxTest::SandboxTest() {
  fs::create_directory(scratch_);
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::others_exec | fs::perms::others_read);
}

void SandboxTest::TearDown() {
  if (!HasFailure()) {
    EXPECT_EQ(left_in_scratch(), "");
  }
  RunTest::TearDown();
}

std::string SandboxTest::left_in_scratch() const {
  return tool({"find", scratch_.string(), "-mindepth", "1", "-maxdepth", "1", "-name", "ibtest-*"}).output;
}

ProgramResult SandboxTest::clean_all() const {
  return ibtest({"clean", "--all"}, {"TMPDIR=" + scratch_.string(), "PATH=/nowhere"});
}

std::vector<std::string> SandboxTest::variables() const {
  return {"TMPDIR=" + scratch_.string()};
}

ProgramResult SandboxTest::run(const std::string& document, const std::string& target,
                               std::vector<std::string> more) const {
  std::vector<std::string> arguments{"run", document, "--target", target};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return ibtest(arguments, variables());
}

std::string SandboxTest::make_root(Size size) const {
  const std::string without = size == Size::small ? " --exclude 'usr/share/*'" : "";
  const ProgramResult made =
      tool({"bash", "-c",
            "set -e; mkdir root; id=$(docker create debian:12 true); trap \"docker rm $id >/dev/null\" EXIT; "
            "docker export $id | tar --extract --directory root --exclude 'dev/*'" +
                without});
  EXPECT_EQ(made.status, 0) << made.errors;
  return (folder_ / "root").string();
}

}  // namespace ibtest
