#include <csignal>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode : 0;
}

/// Runs in the target `sandbox`, with a folder for what the sandboxes change, in which nothing may be left.
class SandboxTest : public RunTest {
 protected:
  SandboxTest() {
    fs::create_directory(scratch_);
    fs::permissions(folder_, fs::perms::owner_all | fs::perms::others_exec | fs::perms::others_read);
  }

  void TearDown() override {
    if (!HasFailure()) {
      EXPECT_EQ(left_in_scratch(), "");
    }
    RunTest::TearDown();
  }

  /// Engines leave folders of their own there.
  [[nodiscard]] std::string left_in_scratch() const {
    return tool({"find", scratch_.string(), "-mindepth", "1", "-maxdepth", "1", "-name", "ibtest-*"}).output;
  }

  /// Everything, but of engines nothing: other tests use what is cached there.
  [[nodiscard]] ProgramResult clean_all() const {
    return ibtest({"clean", "--all"}, {"TMPDIR=" + scratch_.string(), "PATH=/nowhere"});
  }

  [[nodiscard]] std::vector<std::string> variables() const { return {"TMPDIR=" + scratch_.string()}; }

  ProgramResult run(const std::string& document, const std::string& target = "sandbox",
                    std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"run", document, "--target", target};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ibtest(arguments, variables());
  }

  /// A small root file system in the test's folder.
  std::string make_root() const {
    const ProgramResult made =
        tool({"bash", "-c",
              "set -e; mkdir root; id=$(docker create debian:12 true); trap \"docker rm $id >/dev/null\" EXIT; "
              "docker export $id | tar --extract --directory root --exclude 'usr/share/*' --exclude 'dev/*'"});
    EXPECT_EQ(made.status, 0) << made.errors;
    return (folder_ / "root").string();
  }

  const fs::path scratch_ = folder_ / "scratch";
};

TEST_F(SandboxTest, LeavesNoTraceOfWhatRootTries) {
  const fs::path mark = folder_ / "mark";
  fs::create_directories(mark / "folder");
  for (const char* const name : {"changed", "deleted", "mode"})
    std::ofstream(mark / name) << "original\n";
  fs::permissions(mark / "mode", fs::perms::owner_read);
  Program victim(folder_, {"bash", "-c", "exec -a ibtest-victim sleep 600"}, {});
  const std::string pid = tool({"pgrep", "-f", "^ibtest-victim"}).output;
  ASSERT_NE(pid, "");
  const auto look = [] {
    return content_of("/proc/sys/kernel/panic") + content_of("/proc/sys/vm/swappiness") +
           content_of("/proc/sys/net/ipv4/ip_forward") + content_of("/sys/kernel/mm/transparent_hugepage/enabled") +
           content_of("/proc/self/mounts") + content_of("/proc/sys/kernel/hostname") + content_of("/etc/passwd") +
           std::to_string(mode_of("/dev/null")) + std::to_string(mode_of("/dev/full"));
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

TEST_F(SandboxTest, IsTheDefaultWhereNoEngineAnswers) {
  write_scripts("one.yml", {"echo ran"});
  auto environment = variables();
  environment.insert(environment.end(), {"PATH=/nowhere", "DOCKER_HOST=unix:///nowhere/docker.sock"});
  const ProgramResult result = ibtest({"run", "one.yml"}, environment);
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors,
              testing::StartsWith("target sandbox (no container engine answers; --target chooses another)\n"));
  EXPECT_THAT(result.errors, HasSubstr("Step1 | ran"));
}

TEST_F(SandboxTest, AKilledRunLeavesNoProcess_AndTheNextOneRemovesItsFiles) {
  write_scripts("endless.yml", {"echo started; exec -a ibtest-endless sleep 600"});
  const auto program = start({"run", "endless.yml", "--target", "sandbox", "--format", "jsonl"}, variables());
  ASSERT_TRUE(program->read_until("started"));
  program->signal(SIGKILL);
  static_cast<void>(program->wait());
  for (int i = 0; i < 500 && !tool({"pgrep", "-f", "^ibtest-endless"}).output.empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(tool({"pgrep", "-f", "^ibtest-endless"}).output, "");
  EXPECT_FALSE(fs::is_empty(scratch_));
  write_scripts("one.yml", {"true"});
  const ProgramResult next = run("one.yml");
  EXPECT_EQ(next.status, 0) << next.errors;
  EXPECT_THAT(next.errors, HasSubstr("removed what a killed run left behind: sandbox "));
}

TEST_F(SandboxTest, AnInterruptEndsAnEndlessStep) {
  write_scripts("endless.yml", {"echo started; sleep 600"});
  const auto program = start({"run", "endless.yml", "--target", "sandbox", "--format", "jsonl"}, variables());
  ASSERT_TRUE(program->read_until("started"));
  program->signal(SIGINT);
  EXPECT_EQ(program->wait().status, 130);
}

// EMU-20
TEST_F(SandboxTest, AMachineThatEndsIsNamed_AndItsLogsAreThere) {
  write_scripts("end.yml", {"echo before; sleep 1; kill -TERM 1; sleep 600"});
  const ProgramResult result = run("end.yml");
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors,
              HasSubstr("the agent was lost: the sandbox has ended; it was running end.yml:5, step Step1"));
  EXPECT_THAT(log("console.log"), HasSubstr("Setup: STARTED SETUP"));
}

TEST_F(SandboxTest, KeepLeavesItRunningUntilCleanAll) {
  write_scripts("bad.yml", {"echo kept > /opt/ibtest-here; sleep 600 >/dev/null 2>&1 & exit 1"});
  const ProgramResult result = run("bad.yml", "sandbox", {"--keep", "on-failure"});
  EXPECT_EQ(result.status, 1);
  const std::size_t at = result.errors.find("nsenter --target ");
  ASSERT_NE(at, std::string::npos) << result.errors;
  const std::string enter = result.errors.substr(at, result.errors.find('\n', at) - at);
  const ProgramResult entered = tool({"bash", "-c", "echo 'cat /opt/ibtest-here; pgrep -c sleep' | " + enter});
  EXPECT_EQ(entered.output, "kept\n1\n") << entered.errors;
  EXPECT_THAT(ibtest({"clean"}, variables()).output, Not(HasSubstr(scratch_.string())));
  EXPECT_NE(left_in_scratch(), "");
  EXPECT_THAT(clean_all().output, HasSubstr("removed sandbox " + scratch_.string()));
  EXPECT_NE(tool({"bash", "-c", "true | " + enter}).status, 0);
}

TEST_F(SandboxTest, AnotherRootIsAFolderOrAnArchive) {
  const std::string root = make_root();
  write_scripts(
      "root.yml",
      {"rm -r /usr/local; echo changed > /etc/debian_version; cat /etc/debian_version; ls -d " + folder_.string(),
       "chown daemon:mail /etc/debian_version && stat -c %U:%G /etc/debian_version; cat /etc/resolv.conf"});
  ASSERT_EQ(tool({"bash", "-c", "tar -C root -czf root.tar.gz . && tar -C root --zstd -cf root.tar.zst ."}).status, 0);
  for (const std::string name : {"root", "root.tar.gz", "root.tar.zst", "root.tar.gz"}) {
    const ProgramResult result = run("root.yml", "sandbox:" + name, {"--phases", "build"});
    EXPECT_EQ(result.status, 1) << name << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("Step1 | changed\n")) << name;
    EXPECT_THAT(result.errors, HasSubstr("cannot access '" + folder_.string())) << name;
  }
  EXPECT_THAT(content_of(root + "/etc/debian_version"), testing::StartsWith("12"));
  EXPECT_TRUE(fs::is_directory(root + "/usr/local"));
  EXPECT_THAT(clean_all().output, HasSubstr("removed folder /var/cache/ibtest/roots/"));
}

TEST_F(SandboxTest, SaysWhatIsWrongWithARoot) {
  fs::create_directories(folder_ / "empty");
  fs::create_directories(folder_ / "parent/rootfs/usr");
  write("broken.tar.gz", "no archive");
  ASSERT_EQ(tool({"bash", "-c",
                  "mkdir image && touch image/manifest.json && tar -C image -cf image.tar . && "
                  "tar -P -cf escape.tar --transform 's,^,../../,' broken.tar.gz"})
                .status,
            0);
  write_scripts("one.yml", {"true"});
  struct Case {
    const char* target;
    const char* message;
  };
  for (const Case& tested :
       {Case{"sandbox:", "names no folder or archive"}, Case{"sandbox:missing", "there is no file or folder missing"},
        Case{"sandbox:empty", "empty holds no root file system"},
        Case{"sandbox:parent", "Its folder rootfs looks like one."},
        Case{"sandbox:broken.tar.gz", "It must be a tar archive"},
        Case{"sandbox:image.tar", "use `docker export CONTAINER`"}, Case{"sandbox:escape.tar", "contains '..'"}}) {
    const ProgramResult result = run("one.yml", tested.target);
    EXPECT_EQ(result.status, 2) << tested.target;
    EXPECT_THAT(result.errors, HasSubstr(tested.message)) << tested.target;
  }
  EXPECT_FALSE(exists("../broken.tar.gz"));
}

// Overlays on an overlay, changes in memory, and no engine: as on a CI machine.
TEST_F(SandboxTest, ServesInAContainer) {
  write("stages.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Make, action: ExecuteBash, inputs: {commands: ["echo made > /opt/made; mv /etc/hosts /opt/hosts"]}}
  - name: test
    steps:
      - {name: Look, action: ExecuteBash, inputs: {commands: ["cat /opt/made; ls /opt"]}}
)");
  const ProgramResult result =
      tool({"docker", "run", "--rm", "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt",
            "apparmor=unconfined", "--volume", IBTEST_BIN ":/opt/ibtest:ro", "--volume", folder_.string() + ":/work",
            "--workdir", "/work", "debian:12", "/opt/ibtest/ibtest", "run", "stages.yml"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, testing::StartsWith("target sandbox (no container engine answers"));
  EXPECT_THAT(result.errors, HasSubstr("Look | made\n  Look | hosts\n"));
}

// As in a container whose file system is an overlay already.
TEST_F(SandboxTest, SaysWhereChangesCannotBeKept) {
  write_scripts("one.yml", {"true"});
  const ProgramResult result =
      tool({"unshare", "--mount", "bash", "-c",
            "mkdir lower upper work merged; mount -t overlay x -o lowerdir=lower,upperdir=upper,workdir=work merged; "
            "TMPDIR=$PWD/merged exec " IBTEST_BIN "/ibtest run one.yml --target sandbox"});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors,
              HasSubstr("no folder can hold what a sandbox changes; tried " + (folder_ / "merged").string()));
  EXPECT_THAT(result.errors, HasSubstr("Let TMPDIR name"));
}

// A private container of a CI machine, for example.
TEST_F(SandboxTest, SaysWhenNamespacesAreRefused) {
  write_scripts("one.yml", {"true"});
  const ProgramResult result =
      tool({"setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin", "env", "TMPDIR=" + scratch_.string(),
            IBTEST_BIN "/ibtest", "run", "one.yml", "--target", "sandbox"});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors,
              HasSubstr("starting a sandbox: making the namespaces of a sandbox: Operation not permitted"));
  EXPECT_THAT(result.errors, HasSubstr("docker run --privileged"));
}

/// As a user who is not root, with or without subordinate ids.
class UserSandboxTest : public SandboxTest {
 protected:
  void SetUp() override {
    tool({"useradd", "--create-home", "--home-dir", (folder_ / "home").string(), name_});
    ids_ = tool({"id", "-u", name_}).output;
    ids_.pop_back();
    for (const char* const program : {"ibtest", "ibtest-agent"})
      fs::copy_file(std::string(IBTEST_BIN) + "/" + program, folder_ / program);
    tool({"chown", name_ + ":", folder_.string(), scratch_.string()});
  }
  void TearDown() override {
    tool({"pkill", "-KILL", "-u", ids_});  // podman leaves a process
    tool({"userdel", "--force", name_});
    SandboxTest::TearDown();
  }

  ProgramResult as_user(std::vector<std::string> arguments) const {
    std::vector<std::string> command{"setpriv",
                                     "--reuid",
                                     ids_,
                                     "--regid",
                                     ids_,
                                     "--clear-groups",
                                     "env",
                                     "TMPDIR=" + scratch_.string(),
                                     "HOME=" + (folder_ / "home").string(),
                                     (folder_ / "ibtest").string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return tool(command);
  }

  const std::string name_ = "ibtest-user";
  std::string ids_;
};

TEST_F(UserSandboxTest, IsRootInsideAndChangesNothingOutside) {
  write_scripts("user.yml", {"id -u; echo mine > /etc/ibtest-leak; echo more >> " + (folder_ / "home/file").string() +
                                 "; cat /etc/ibtest-leak " + (folder_ / "home/file").string(),
                             "echo 7 > /proc/sys/kernel/panic || mount -t tmpfs x /mnt || hostname x || echo refused"});
  std::ofstream(folder_ / "home/file") << "original\n";
  tool({"chown", name_ + ":", (folder_ / "home/file").string()});
  const ProgramResult result = as_user({"run", "user.yml", "--target", "sandbox"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step1 | 0\n  Step1 | mine\n  Step1 | original\n  Step1 | more\n"));
  EXPECT_THAT(result.errors, HasSubstr("Step2 | refused"));
  EXPECT_EQ(content_of(folder_ / "home/file"), "original\n");
  EXPECT_FALSE(fs::exists("/etc/ibtest-leak"));
}

TEST_F(UserSandboxTest, UnpacksARootWithAllItsOwners) {
  make_root();
  ASSERT_EQ(tool({"bash", "-c", "chown 1:8 root/etc/debian_version; tar -C root -czf root.tar.gz ."}).status, 0);
  write_scripts("user.yml",
                {"stat -c %U:%G /etc/debian_version; useradd new && chown new /etc/debian_version && stat -c %U "
                 "/etc/debian_version",
                 "[ -e /opt/rebooted ] || { touch /opt/rebooted; exit 194; }", "stat -c %U /etc/debian_version"});
  const ProgramResult result = as_user({"run", "user.yml", "--target", "sandbox:root.tar.gz"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step1 | daemon:mail\n  Step1 | new\n"));
  EXPECT_THAT(result.errors, HasSubstr("Step3 | new\n"));
  EXPECT_EQ(as_user({"clean", "--all"}).status, 0);
  EXPECT_TRUE(fs::is_empty(folder_ / "home/.cache/ibtest/roots"));
}

TEST_F(UserSandboxTest, NeedsSubordinateIds) {
  tool({"bash", "-c", "sed -i '/^" + name_ + ":/d' /etc/subuid /etc/subgid"});
  write_scripts("one.yml", {"true"});
  const ProgramResult result = as_user({"run", "one.yml", "--target", "sandbox"});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("has no 65536 subordinate ids in /etc/subuid"));
  EXPECT_THAT(result.errors, HasSubstr("usermod --add-subuids 100000-165535 " + name_));
  write("root.tar", "");
  const ProgramResult unpacking = as_user({"run", "one.yml", "--target", "sandbox:root.tar"});
  EXPECT_EQ(unpacking.status, 3);
  EXPECT_THAT(unpacking.errors, HasSubstr("root.tar: the user " + name_ + " has no 65536 subordinate ids"));
}

}  // namespace
}  // namespace ibtest
