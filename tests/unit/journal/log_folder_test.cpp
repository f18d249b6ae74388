#include "agent/journal/log_folder.hpp"

#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/journal/buffered_file.hpp"
#include "agent/protocol/fault.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

constexpr std::int64_t start_time = 1653485642301234567;

class LogFolderTest : public testing::Test {
 protected:
  void send(EventBody body) { folder_->consume({++sequence_, start_time, std::move(body)}); }
  void out(std::string bytes) { send(Output{OutputStream::standard_output, std::move(bytes)}); }
  void err(std::string bytes) { send(Output{OutputStream::standard_error, std::move(bytes)}); }
  void log(std::string text) { send(LogLine{LogLevel::console, std::move(text)}); }
  std::string console() {
    folder_->flush();
    return without_times(read_file(folder_->path() / "console.log"));
  }
  /// Without the time stamps, which are all the same here.
  static std::string without_times(const std::string& text) {
    const std::string stamp = "2022-05-25T13:34:02.301234567Z ";
    std::string rest = text;
    for (auto at = rest.find(stamp); at != std::string::npos; at = rest.find(stamp))
      rest.erase(at, stamp.size());
    return rest;
  }

  TemporaryFolder temporary_;
  std::uint64_t sequence_ = 0;
  std::unique_ptr<LogFolder> folder_ = LogFolder::create(temporary_.path() / "a" / "b", start_time, "id");
};

TEST_F(LogFolderTest, RefusesFoldersThatOthersHavePrepared) {
  const auto refusal_of = [](const std::filesystem::path& parent) {
    try {
      (void)LogFolder::create(parent, start_time, "id");
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::target_failed);
      return fault.message();
    }
    return std::string("created");
  };
  const std::string name = "TOE_2022-05-25_13-34-02_UTC-0_id";
  std::filesystem::create_directories(temporary_.path() / "linked");
  std::filesystem::create_directory_symlink(temporary_.path(), temporary_.path() / "linked" / name);
  EXPECT_THAT(refusal_of(temporary_.path() / "linked"), testing::HasSubstr(name + " is a link"));

  // The system's own links lead where its owner wants the logs.
  std::filesystem::create_directory_symlink(temporary_.path() / "a", temporary_.path() / "own");
  EXPECT_EQ(refusal_of(temporary_.path() / "own"), "created");

  if (::geteuid() != 0) return;  // nobody else can give folders to others
  for (const char* const kind : {"folder", "link"}) {
    const auto foreign = temporary_.path() / (std::string("foreign-") + kind);
    if (kind == std::string("link")) {
      std::filesystem::create_directory_symlink(temporary_.path() / "a", foreign);
    } else {
      std::filesystem::create_directory(foreign);
    }
    ASSERT_EQ(::lchown(foreign.c_str(), 1234, 1234), 0);
    EXPECT_THAT(refusal_of(foreign), testing::HasSubstr(foreign.string() + " belongs to another user")) << kind;
  }
}

TEST_F(LogFolderTest, CreatesMissingParentsWithMode0755_LOG_3) {
  struct stat status {};
  ASSERT_EQ(::stat((temporary_.path() / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0755U);
  EXPECT_EQ(folder_->path(), temporary_.path() / "a" / "b" / "TOE_2022-05-25_13-34-02_UTC-0_id");
}

TEST_F(LogFolderTest, CopiesDocumentsUnderTheirIndex_LOG_5) {
  folder_->add_document(0, "/some/where/hello.yml", "a: 1\n");
  folder_->add_document(1, "hello.yml", "b");
  folder_->add_document(2, "dir/", "c");
  EXPECT_EQ(read_file(folder_->path() / "D0__hello.yml"), "a: 1\n");
  EXPECT_EQ(read_file(folder_->path() / "D1__hello.yml"), "b");
  EXPECT_EQ(read_file(folder_->path() / "D2__document.yml"), "c");
}

TEST_F(LogFolderTest, WritesOneStdoutLinePerLine_LOG_7) {
  out("a\nb");
  out("c\n\n");
  out("open");
  log("CmdExecution: next");
  EXPECT_EQ(console(), "Stdout: a\nStdout: bc\nStdout: \nStdout: open\nCmdExecution: next\n");
}

TEST_F(LogFolderTest, KeepsRawBytes_OUT_11) {
  out("\xff\xfe\n");
  EXPECT_EQ(console(), "Stdout: \xff\xfe\n");
}

TEST_F(LogFolderTest, ShowsStderrAfterTheCommandOnly_LOG_7_GOTCHA_10_EXECUTEBASH_5) {
  err("one\ntwo\n\n");
  EXPECT_EQ(console(), "");
  log(std::string(LogFolder::stderr_block_line));
  EXPECT_EQ(console(), "CmdExecution: Stderr: one\ntwo\n\n");
}

TEST_F(LogFolderTest, ShowsAnEmptyStderrBlock_LOG_7) {
  log(std::string(LogFolder::stderr_block_line));
  EXPECT_EQ(console(), "CmdExecution: Stderr: \n");
}

TEST_F(LogFolderTest, EveryCommandHasItsOwnStderr) {
  err("first");
  log(std::string(LogFolder::stderr_block_line));
  err("second");
  log(std::string(LogFolder::stderr_block_line));
  EXPECT_EQ(console(), "CmdExecution: Stderr: first\nCmdExecution: Stderr: second\n");
}

TEST_F(LogFolderTest, SpoolsALargeStderrAndLeavesNoFile) {
  std::string expected;
  for (int i = 0; i < 40'000; ++i)
    expected += "line " + std::to_string(i) + "\n";
  for (std::size_t at = 0; at < expected.size(); at += 1000)
    err(expected.substr(at, 1000));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_->path()), {}), 2);
  log(std::string(LogFolder::stderr_block_line));
  EXPECT_EQ(console(), "CmdExecution: Stderr: " + expected);
}

TEST_F(LogFolderTest, MemoryIsBoundedWhateverIsPrinted) {
  const auto resident = [] {
    std::ifstream file("/proc/self/statm");
    std::size_t total = 0;
    std::size_t pages = 0;
    file >> total >> pages;
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  };
  // One endless line. The events are made once: freed memory that a sanitizer keeps would be counted too.
  const std::string chunk(65536, 'x');
  const Event output{1, start_time, Output{OutputStream::standard_output, chunk}};
  const Event error_output{2, start_time, Output{OutputStream::standard_error, chunk}};
  folder_->consume(output);
  folder_->consume(error_output);
  const auto before = resident();
  for (int i = 0; i < 400; ++i) {
    folder_->consume(output);
    folder_->consume(error_output);
  }
  log(std::string(LogFolder::stderr_block_line));
  EXPECT_LT(resident(), before + (4U << 20U));
  EXPECT_EQ(std::filesystem::file_size(folder_->path() / "application.log"),
            std::filesystem::file_size(folder_->path() / "console.log"));
}

TEST_F(LogFolderTest, DebugLinesStandInApplicationLogOnly) {
  send(LogLine{LogLevel::debug, "Setup: FINISHED PARSING DOCUMENT"});
  send(LogLine{LogLevel::warning, "CreateFile: careful"});
  EXPECT_EQ(console(), "CreateFile: careful\n");
  EXPECT_EQ(without_times(read_file(folder_->path() / "application.log")),
            "Debug Setup: FINISHED PARSING DOCUMENT\nCreateFile: careful\n");
}

TEST_F(LogFolderTest, AFailureOfNoCommandHasNoStderrLine_LOG_10) {
  send(DocumentStarted{0, "x.yml", ""});
  send(PhaseStarted{0, 0, "build"});
  send(StepStarted{{}, "First", "ExecuteBash", 1, 1, 7200});
  err("of another step");
  send(StepFinished{{}, Status::ignored_failure, "exit status 1", 1, 1});
  send(StepStarted{{}, "Second", "DeleteFile", 1, 1, 7200});
  send(StepFinished{{}, Status::failed, "DeleteFile: inputs[0]: gone", 1, 1});
  send(StepStarted{{}, "Third", "DeleteFile", 1, 1, 7200});
  send(StepFinished{{}, Status::failed, "not the first", 1, 1});
  send(RunFinished{Status::failed, {}, ""});
  EXPECT_THAT(console(), testing::EndsWith("TOE has completed execution with failure - Execution failed!\n"
                                           "Document: x.yml\nComponentArn: \nPhase: build\nStep: Second\n"
                                           "Action: DeleteFile\nErrorMessage: DeleteFile: inputs[0]: gone\n"));
}

TEST_F(LogFolderTest, GoesOnInAReopenedFolder_RESUME_8) {
  send(RunStarted{"id", "", 1});
  const auto path = folder_->path();
  folder_ = LogFolder::reopen(path);
  send(RunStarted{"id", "", 1});
  log("Executor: System has rebooted successfully");
  EXPECT_EQ(console(), "Setup: STARTED SETUP\nExecutor: System has rebooted successfully\n");
  EXPECT_THROW((void)LogFolder::reopen(path / "gone"), Fault);
}

TEST_F(LogFolderTest, NamesAStepThatFailedBeforeTheReboot_LOG_10) {
  RunRecord record;
  record.documents.resize(1);
  record.documents[0].path = "x.yml";
  record.documents[0].phases.resize(1);
  record.documents[0].phases[0].name = "build";
  record.documents[0].phases[0].steps.resize(2);
  auto& failed = record.documents[0].phases[0].steps[1];
  failed.name = "Second";
  failed.action = "ExecuteBash";
  failed.status = Status::failed;
  failed.failure_message = "exit status 1";
  folder_ = LogFolder::reopen(folder_->path());
  folder_->write_results(record);
  send(RunFinished{Status::failed, {}, ""});
  EXPECT_THAT(console(), testing::EndsWith("Document: x.yml\nComponentArn: \nPhase: build\nStep: Second\n"
                                           "Action: ExecuteBash\nErrorMessage: exit status 1\n"));
}

TEST(LogFolder, RefusesAPlaceThatCannotBeWritten) {
  const TemporaryFolder temporary;
  std::ofstream(temporary.path() / "file") << "x";
  try {
    (void)LogFolder::create(temporary.path() / "file" / "logs", start_time, "id");
    FAIL();
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::target_failed);
    EXPECT_THAT(fault.message(), testing::HasSubstr((temporary.path() / "file").string()));
    EXPECT_THAT(fault.message(), testing::HasSubstr("Not a directory"));
  }
}

TEST(BufferedFile, KeepsTheFirstErrorOfAFullDisk) {
  BufferedFile file("/dev/full", BufferedFile::Mode::append);
  EXPECT_EQ(file.error(), "");
  file.append("text");
  file.flush();
  EXPECT_EQ(file.error(), "writing full: No space left on device");
}

TEST_F(LogFolderTest, AFullDiskNeverThrows) {
  // Files may not grow beyond 100,000 bytes, as on a full disk.
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  const rlimit limit{100'000, old_limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  for (int i = 0; i < 10; ++i) {
    out(std::string(50'000, 'x') + "\n");
    err(std::string(50'000, 'e'));
  }
  log(std::string(LogFolder::stderr_block_line));
  RunRecord record;
  record.documents.resize(1);
  record.documents[0].started = true;
  record.documents[0].description = std::string(200'000, 'd');
  folder_->write_results(record);
  folder_->flush();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  ::signal(SIGXFSZ, old_handler);
  EXPECT_THAT(folder_->write_error(), testing::MatchesRegex("(writing|keeping).*: File too large"));
  EXPECT_FALSE(std::filesystem::exists(folder_->path() / "detailedoutput.json"));
  EXPECT_FALSE(std::filesystem::exists(folder_->path() / "detailedoutput.json.new"));
}

}  // namespace
}  // namespace ibtest
