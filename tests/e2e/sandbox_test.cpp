// What steps see and change in a sandbox.
#include <fstream>
#include <sys/stat.h>

#include "tests/e2e/sandbox_fixture.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode : 0;
}

TEST_F(SandboxTest, LeavesNoTraceOfWhatRootTries) {
  const fs::path mark = folder_ / "mark";
  fs::create_directories(mark / "folder");
  for (const char* const name : {"changed", "deleted", "mode"})
    std::ofstream(mark / name) << "original\n";
  fs::permissions(mark / "mode", fs::perms::owner_read);
  Program victim(folder_, {"bash", "-c", "exec -a ibtest-victim sleep 600"}, {});
  const std::string pid = tool({"pgrep", "-f", "^ibtest-victim"}).output;
  ASSERT_NE(pid, "");
  // Containers come and go beside this test.
  const auto look = [this] {
    return content_of("/proc/sys/kernel/panic") + content_of("/proc/sys/vm/swappiness") +
           content_of("/proc/sys/net/ipv4/ip_forward") + content_of("/sys/kernel/mm/transparent_hugepage/enabled") +
           tool({"grep", "-v", "/docker/", "/proc/self/mounts"}).output + content_of("/proc/sys/kernel/hostname") +
           content_of("/etc/passwd") + std::to_string(mode_of("/dev/null")) + std::to_string(mode_of("/dev/full"));
  };
  const std::string before = look();

  const ProgramResult result =
      run(IBTEST_FIXTURES "/sandbox/escape.yml", "sandbox",
          {"--param", "Victim=" + pid.substr(0, pid.find('\n')), "--param", "Mark=" + mark.string()});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(look(), before);
  EXPECT_EQ(tool({"pgrep", "-f", "^ibtest-victim"}).output, pid);
  for (const char* const path : {"/etc/ibtest-leak", "/dev/shm/ibtest-leak", "/run/ibtest-leak", "/home/ibtest-leak",
                                 "/sys/class/net/ibtest-leak", "/sys/fs/cgroup/memory/ibtest-leak"})
    EXPECT_FALSE(fs::exists(path)) << path;
  EXPECT_FALSE(fs::exists(mark / "new"));
  EXPECT_FALSE(fs::exists(mark / "linked"));
  EXPECT_TRUE(fs::exists(mark / "deleted"));
  EXPECT_EQ(content_of(mark / "changed"), "original\n");
  EXPECT_EQ(fs::status(mark / "mode").permissions(), fs::perms::owner_read);
  // Inside it was as it should be: files were changed, and nothing of the kernel's.
  EXPECT_THAT(result.errors, HasSubstr("Files | leaked"));
  EXPECT_THAT(result.errors, HasSubstr("(ibtest-leak)"));
  EXPECT_THAT(result.errors, HasSubstr("Devices | null works"));
  for (const char* const success :
       {"mounted", "unmounted", "remounted", "entered", "| killed", "| wrote", "made a", "| named", "set the clock",
        "loaded a module", "cleared the log", "read the disk", "changed /dev"})
    EXPECT_THAT(result.errors, Not(HasSubstr(success)));
}

TEST_F(SandboxTest, ShowsThisMachineToTheSteps) {
  write("outside", "from outside\n");
  write_scripts("look.yml", {"cat " + (folder_ / "outside").string() + "; id -u; hostname",
                             "echo entries: $(ls -A " + scratch_.string() + "/ibtest-sandbox-*)",
                             "cat /proc/1/environ | tr '\\0' '\\n'; echo open: $(ls /proc/1/fd | sort -n)"});
  auto environment = variables();
  environment.emplace_back("AWS_SECRET_ACCESS_KEY=s3cr3t");
  const ProgramResult result = ibtest({"run", "look.yml", "--target", "sandbox"}, environment);
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("stage build: sandbox of this machine, without systemd"));
  EXPECT_THAT(result.errors,
              HasSubstr("Step1 | from outside\n  Step1 | 0\n  Step1 | " + content_of("/proc/sys/kernel/hostname")));
  EXPECT_THAT(result.errors, HasSubstr("Step2 | entries:\n")) << "its own files are not shown";
  EXPECT_THAT(result.errors, Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(result.errors, HasSubstr("Step3 | open: 0 1 2\n"));
}

// A disk of its own for /home, or what an engine mounts into a container.
TEST_F(SandboxTest, OtherFileSystemsCanBeReadAndTheirChangesAreThrownAway) {
  const std::string here = folder_.string();
  write_scripts("disks.yml", {"cd " + here +
                                  "; cat disk/file disk/inner/file single; echo changed | tee disk/file "
                                  "disk/inner/file > disk/new; echo replaced > x; mv x single; cat disk/file single",
                              "[ -e /opt/rebooted ] || { touch /opt/rebooted; exit 194; }",
                              "cd " + here + "; cat disk/new disk/inner/file"});
  const ProgramResult result = tool(
      {"unshare", "--mount", "bash", "-c",
       "set -e; mkdir disk; mount -t tmpfs x disk; mkdir disk/inner; mount -t tmpfs y disk/inner; "
       "echo one > disk/file; echo two > disk/inner/file; touch single; echo three > other; "
       "mount --bind other single; TMPDIR=" +
           scratch_.string() +
           " " IBTEST_BIN "/ibtest run disks.yml --target sandbox; cat disk/file disk/inner/file single; ls disk"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors,
              HasSubstr("Step1 | one\n  Step1 | two\n  Step1 | three\n  Step1 | changed\n  Step1 | replaced\n"));
  EXPECT_THAT(result.errors, HasSubstr("Step3 | changed\n  Step3 | changed\n"));
  EXPECT_EQ(result.output, "one\ntwo\nthree\nfile\ninner\n");
}

TEST_F(SandboxTest, TestRunsInAFreshMachineOnWhatBuildHasChanged_Service14) {
  write("stages.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Make
        action: ExecuteBash
        inputs:
          commands:
            - echo on-disk > /opt/ibtest-kept; echo in-memory > /run/lost; rm -r /usr/share/doc; (sleep 600 >/dev/null 2>&1 &)
  - name: test
    steps:
      - name: Look
        action: ExecuteBash
        inputs:
          commands:
            - cat /opt/ibtest-kept; ls /run/lost /usr/share/doc; pgrep sleep || echo nothing runs
            - echo more >> /opt/ibtest-kept; cat /opt/ibtest-kept | wc -l
)");
  const ProgramResult result = run("stages.yml");
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Look | on-disk\n"));
  EXPECT_THAT(result.errors, HasSubstr("'/run/lost': No such file"));
  EXPECT_THAT(result.errors, HasSubstr("'/usr/share/doc': No such file"));
  EXPECT_THAT(result.errors, HasSubstr("Look | nothing runs\n"));
  EXPECT_THAT(result.errors, HasSubstr("Look | 2\n"));
  EXPECT_FALSE(exists("/opt/ibtest-kept"));
}

// EMU-REBOOT-1 to -3.
TEST_F(SandboxTest, RebootLosesProcessesAndMemoryAndKeepsFiles) {
  write_scripts("reboot.yml",
                {"echo kept > /opt/ibtest-kept; echo lost > /run/lost; echo lost > /dev/shm/lost; "
                 "sleep 600 >/dev/null 2>&1 &",
                 "[ -e /opt/rebooted ] || { touch /opt/rebooted; exit 194; }",
                 "cat /opt/ibtest-kept; ls /run/lost /dev/shm/lost 2>/dev/null; pgrep sleep || echo nothing runs"});
  const ProgramResult result = run("reboot.yml");
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step3 | kept\n  Step3 | nothing runs\n"));
  EXPECT_THAT(result.errors, HasSubstr("rebooted the machine"));
}

TEST_F(SandboxTest, NetworkNoneLeavesTheLoopbackInterface) {
  write_scripts(
      "net.yml",
      {"tail -n +3 /proc/net/dev | cut -d: -f1 | xargs; (exec 3<>/dev/tcp/127.0.0.1/9) 2>&1 | grep -o refused"});
  const ProgramResult result = run("net.yml", "sandbox", {"--network", "none"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step1 | lo\n  Step1 | refused\n"));
  const ProgramResult container = run("net.yml", plain_, {"--network", "none"});
  EXPECT_EQ(container.status, 0) << container.errors;
  const ProgramResult local = run("net.yml", "local", {"--network", "none", "--i-know-this-changes-my-machine"});
  EXPECT_EQ(local.status, 2);
  EXPECT_THAT(local.errors, HasSubstr("local cannot be cut off from its network"));
}

}  // namespace
}  // namespace ibtest
