#include "base/process.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/file.h"

namespace windlass::base {
namespace {

ProcessOptions shell(std::string script) {
  ProcessOptions options;
  options.arguments = {"/bin/sh", "-c", std::move(script)};
  options.environment = {"PATH=/usr/bin:/bin", "COLOUR=blue"};
  return options;
}

TEST(Process, CollectsBothStreamsAndTheStatus) {
  const auto output = run_program(shell("echo out; echo err >&2; exit 3"), std::chrono::seconds(20));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "out\n");
  EXPECT_EQ(output->err, "err\n");
  EXPECT_EQ(output->status.code, 3);
  EXPECT_EQ(to_string(output->status), "exit status 3");
}

TEST(Process, GivesExactlyTheEnvironmentItIsTold) {
  const auto output = run_program(shell("echo $COLOUR-$HOME-"), std::chrono::seconds(20));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "blue--\n");
}

TEST(Process, FeedsInputLargerThanAPipe) {
  const std::string input(1 << 20, 'x');
  const auto output = run_program(shell("wc -c"), std::chrono::seconds(20), 1000, input);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "1048576\n");
}

TEST(Process, EndsWhatRunsTooLong) {
  const auto output = run_program(shell("sleep 30"), std::chrono::milliseconds(100));
  ASSERT_TRUE(output);
  EXPECT_TRUE(output->timed_out);
  EXPECT_EQ(to_string(output->status), "killed by SIGKILL");
}

TEST(Process, SaysWhyAProgramDidNotStart) {
  ProcessOptions options;
  options.arguments = {"no-such-program-anywhere"};
  options.environment = {"PATH=/usr/bin"};
  const auto process = Process::start(options);
  ASSERT_FALSE(process);
  EXPECT_EQ(describe(process.error()),
            "could not start a program (no-such-program-anywhere): it is not in PATH\n"
            "HINT: Install it, or give its full path.");
  options.arguments = {"/etc/passwd"};
  const auto refused = Process::start(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().got, "Permission denied");
}

TEST(Process, HandsOverDescriptorsAtTheNumbersAsked) {
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  UniqueFd read_end(fds[0]), write_end(fds[1]);
  ProcessOptions options = shell("echo hello >&7");
  options.extra_fds = {{write_end.get(), 7}};
  auto process = Process::start(options);
  ASSERT_TRUE(process);
  write_end.reset();
  EXPECT_TRUE(process->wait()->ok());
  char buffer[16];
  EXPECT_EQ(::read(read_end.get(), buffer, sizeof buffer), 6);
}

TEST(Process, DiesWithTheThreadThatStartedItWhenAsked) {
  ProcessOptions options = shell("sleep 30");
  options.death_signal = SIGKILL;
  Process process;
  std::thread([&] { process = *Process::start(options); }).join();
  const auto status = process.wait(std::chrono::seconds(20));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGKILL);
}

TEST(Environment, SetsReplacesAndForgets) {
  std::vector<std::string> environment{"A=1", "AB=2"};
  set_environment(environment, "A", "3");
  EXPECT_EQ(environment_value(environment, "A"), "3");
  EXPECT_EQ(environment_value(environment, "AB"), "2");
  unset_environment(environment, "A");
  EXPECT_EQ(environment_value(environment, "A"), std::nullopt);
}

TEST(File, IsWrittenWholeOrNotAtAll) {
  const auto folder = make_private_folder("/tmp", "windlass-base-test-");
  ASSERT_TRUE(folder);
  ASSERT_TRUE(write_file(*folder / "a.txt", "one"));
  ASSERT_TRUE(write_file(*folder / "a.txt", "two"));
  EXPECT_EQ(*read_file(*folder / "a.txt"), "two");
  const auto missing = write_file(*folder / "no" / "a.txt", "x");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().got, "No such file or directory");
  EXPECT_EQ(relative_to(*folder / "a" / ".." / "b", *folder), "b");
  EXPECT_EQ(relative_to("/etc/passwd", *folder), "/etc/passwd");
  ASSERT_TRUE(remove_tree(*folder));
  EXPECT_FALSE(std::filesystem::exists(*folder));
}

TEST(Process, OneThatNobodyWantsAnyMoreMayGiveUpWhatItHolds) {
  std::atomic<bool> stop = false;
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop = true;
  });
  const auto begun = std::chrono::steady_clock::now();
  const auto done = run_program(shell("trap 'exit 3' TERM; echo begun; sleep 60 & wait"),
                                std::chrono::seconds(30), 1000, {}, &stop);
  other.join();
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->timed_out);
  EXPECT_EQ(done->status.code, 3);
  EXPECT_EQ(done->out, "begun\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

}  // namespace
}  // namespace windlass::base
