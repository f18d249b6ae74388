// Sandboxes over another root file system.

#include "tests/e2e/sandbox_fixture.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

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

// What debootstrap makes, whole, is a machine to install packages on: from a folder and from an archive of it.
TEST_F(SandboxTest, PackagesAreInstalledInARootOfDebootstrap_Service14) {
  const std::string root = make_root(Size::whole);
  ASSERT_EQ(tool({"tar", "-C", root, "--zstd", "-cf", "whole.tar.zst", "."}).status, 0);
  write("package.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Make
        action: ExecuteBash
        inputs:
          commands:
            - mkdir -p /opt/p/DEBIAN /opt/p/usr/bin
            - 'printf "Package: probe\nVersion: 1.2\nArchitecture: all\nMaintainer: nobody\nDescription: probe\n" >/opt/p/DEBIAN/control'
            - 'printf "#!/bin/sh\nset -e\nadduser --system --group --no-create-home probe || useradd --system probe\n" >/opt/p/DEBIAN/postinst'
            - 'printf "#!/bin/sh\nid -un probe\n" >/opt/p/usr/bin/probe; chmod 755 /opt/p/DEBIAN/postinst /opt/p/usr/bin/probe'
            - dpkg-deb --build /opt/p /opt/probe.deb && DEBIAN_FRONTEND=noninteractive apt-get install --yes /opt/probe.deb
  - name: test
    steps:
      - name: Use
        action: ExecuteBash
        inputs: { commands: [ "dpkg-query --show probe; probe; ls /usr/share/doc/dpkg/copyright" ] }
)");
  for (const std::string target : {"sandbox:root", "sandbox:whole.tar.zst"}) {
    const ProgramResult result = run("package.yml", target);
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("Use | probe   1.2\n  Use | probe\n  Use | /usr/share/doc/dpkg/copyright\n"));
  }
  EXPECT_FALSE(fs::exists(root + "/usr/bin/probe"));
  EXPECT_EQ(clean_all().status, 0);
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

}  // namespace
}  // namespace ibtest
