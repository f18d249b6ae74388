// ExecuteDocument with the real program, engine and agent.
#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class ExecuteDocumentTest : public RunTest {
 protected:
  void write_call(const std::string& name, const std::string& document, const std::string& more = {}) const {
    write(name,
          "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - name: Call\n        action: "
          "ExecuteDocument\n        inputs:\n          document: '" +
              document + "'\n" + more);
  }
};

// RESUME-2, RESUME-8: every iteration reboots twice, in a document below the one that is given.
TEST_F(ExecuteDocumentTest, RebootsTwiceInALoopInAChild_EXECUTEDOCUMENT9) {
  write("outer.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Call
        action: ExecuteDocument
        inputs:
          document: lib/child.yml
          parameters:
            - {name: Kind, value: exit}
      - name: After
        action: ExecuteBash
        inputs:
          commands: ["cat /var/trace; echo '{{ build.Call.outputs.executedStepCount }}'"]
)");
  std::filesystem::create_directories(folder_ / "lib");
  write("lib/child.yml", R"yaml(schemaVersion: 1.0
parameters:
  - Kind: {type: string}
phases:
  - name: build
    steps:
      - name: Looped
        action: ExecuteBash
        loop:
          name: places
          forEach: [one, two]
        inputs:
          commands:
            - echo "{{ places.value }} $(cat /var/{{ places.value }} 2>/dev/null)" >> /var/trace
            - echo again >> /var/{{ places.value }}
            - if [ $(wc -l < /var/{{ places.value }}) -lt 2 ]; then {{ Kind }} 194; fi
      - name: Restart
        action: Reboot
      - name: Last
        action: ExecuteBash
        inputs:
          commands: [echo last >> /var/trace]
)yaml");
  for (const std::string& target : {plain_, booted_}) {
    const ProgramResult result = ibtest({"run", "outer.yml", "--target", target, "--format", "json"});
    EXPECT_EQ(result.status, 0) << result.errors;
    const json report = json::parse(result.output);
    EXPECT_EQ(report["executedStepCount"], 2);
    // RESUME-2: after a reboot by exit code the loop begins anew.
    EXPECT_THAT(result.errors, HasSubstr("After | one \n  After | one again\n  After | two \n  After | one again\n"
                                         "  After | again\n  After | two again\n  After | last\n  After | 3\n"))
        << result.errors;
    const json& nested = report["documents"][0]["phases"][0]["steps"][0]["detailedOutput"];
    ASSERT_EQ(nested.size(), 1U);
    EXPECT_EQ(nested[0]["documents"][0]["filePath"], "lib/child.yml");
    EXPECT_EQ(nested[0]["documents"][0]["phases"][0]["steps"].size(), 3U);
    EXPECT_THAT(log("events.jsonl"), HasSubstr(R"("e":"reboot","d":0,"p":0,"s":0)"));
  }
}

TEST_F(ExecuteDocumentTest, ShowsTheStepsOfChildrenAndWhereTheyFail) {
  write_call("outer.yml", "child.yml");
  write_call("child.yml", "deep.yml");
  write_scripts("deep.yml", {"echo fine", "echo broken; exit 3"});
  const ProgramResult result = ibtest({"run", "outer.yml", "--target", plain_});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("    child.yml  build\n        deep.yml  build\n          Step1 | fine\n"));
  EXPECT_THAT(result.errors, HasSubstr("outer.yml:5  phase build, step Call (ExecuteDocument)\n    Document child.yml "
                                       "failed! child.yml:5, step Call (ExecuteDocument) of phase build: Document "
                                       "deep.yml failed! deep.yml:"));
  EXPECT_THAT(result.errors, HasSubstr("step Step2 (ExecuteBash) of phase build: exit status 3"));
  EXPECT_THAT(result.errors, HasSubstr("    | broken\n"));
}

TEST_F(ExecuteDocumentTest, FindsDocumentsOnThisMachineInFoldersAndInS3_EXECUTEDOCUMENT5_D7) {
  std::filesystem::create_directories(folder_ / "components/hardening");
  std::filesystem::create_directories(folder_ / "bucket/lib");
  write_scripts("components/hardening/1.2.0.yml", {"echo from the arn"});
  write_scripts("bucket/lib/child.yml", {"echo from the bucket"});
  write("outer.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Arn, action: ExecuteDocument, inputs: {document: "arn:aws:imagebuilder:eu-west-1:aws:component/hardening/1.x.x"}}
      - {name: Bucket, action: ExecuteDocument, inputs: {document: "s3://team/lib/child.yml", document-s3-bucket-owner: "111122223333"}}
      - name: Make
        action: CreateFile
        inputs:
          - path: /opt/made.yml
            content: "phases: [{name: build, steps: [{name: One, action: ExecuteBash, inputs: {commands: [echo from the target]}}]}]\nschemaVersion: 1.0\n"
      - {name: Made, action: ExecuteDocument, inputs: {document: /opt/made.yml}}
)");
  const std::vector<std::string> arguments = {"run",
                                              "outer.yml",
                                              "--target",
                                              plain_,
                                              "--s3-map",
                                              "team=" + (folder_ / "bucket").string(),
                                              "--s3-bucket-owner",
                                              "team=111122223333",
                                              "--component-path",
                                              "components"};
  const ProgramResult result = ibtest(arguments);
  EXPECT_EQ(result.status, 0) << result.errors;
  for (const char* text : {"from the arn", "from the bucket", "from the target"})
    EXPECT_THAT(result.errors, HasSubstr(text));
  EXPECT_THAT(result.errors, Not(HasSubstr("warning"))) << "a step makes the document";
  write_call("lost.yml", "nowhere.yml");
  const ProgramResult lost = ibtest({"run", "lost.yml", "--target", plain_});
  EXPECT_EQ(lost.status, 1);
  EXPECT_THAT(lost.errors, HasSubstr("lost.yml:8:21: warning: nowhere.yml: No such file or directory"));
  EXPECT_THAT(lost.errors, HasSubstr("there is no nowhere.yml on the machine that ibtest runs on (neither in "));
  EXPECT_THAT(lost.errors, HasSubstr("in the target there is no /tmp/nowhere.yml either"));
}

TEST_F(ExecuteDocumentTest, CyclesAndDepthAreRefusedBeforeAnythingRuns_STEP6_EXECUTEDOCUMENT2_D6) {
  write_call("a.yml", "b.yml");
  write_call("b.yml", "a.yml");
  const ProgramResult cycle = ibtest({"run", "a.yml", "--target", plain_});
  EXPECT_EQ(cycle.status, 2);
  EXPECT_THAT(cycle.errors, HasSubstr("a.yml:8:21: error: a document must not execute itself"));
  write_call("1.yml", "2.yml");
  write_call("2.yml", "3.yml");
  write_call("3.yml", "4.yml");
  write_call("4.yml", "5.yml");
  write_scripts("5.yml", {"true"});
  const ProgramResult depth = ibtest({"run", "1.yml", "--target", plain_});
  EXPECT_EQ(depth.status, 2);
  EXPECT_THAT(depth.errors, HasSubstr("1.yml:8:21: error: documents may be nested 3 levels deep, not 4"));
  EXPECT_THAT(depth.errors, Not(HasSubstr("container")));
}

}  // namespace
}  // namespace ibtest
