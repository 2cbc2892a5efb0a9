#include "run/isolation.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "base/file.h"
#include "base/process.h"

namespace windlass::run {
namespace {

TEST(Isolation, ReadsTheSocketsOfServersFromTheKernelsList) {
  const char* listing =
      "Num       RefCount Protocol Flags    Type St Inode Path\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 1001 /var/run/postgresql/.s.PGSQL.5432\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 1002 /run/dbus/system_bus_socket\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 1003 @/tmp/abstract\n"
      "0000000000000000: 00000003 00000000 00000000 0001 03 1004 /var/run/postgresql/.s.PGSQL.5432\n";
  EXPECT_EQ(postgres_sockets(listing), std::vector<std::string>{"/var/run/postgresql/.s.PGSQL.5432"});
}

/// A listening Unix socket in a folder of its own, named as a server would name it.
struct Decoy {
  std::filesystem::path folder = *base::make_private_folder("/tmp", "windlass-decoy-");
  std::filesystem::path path = folder / ".s.PGSQL.5432";
  int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Decoy() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd, 5), 0);
  }
  ~Decoy() {
    ::close(fd);
    (void)base::remove_tree(folder);
  }
};

base::Output in_room(const NetworkRoom& room, std::string script) {
  base::ProcessOptions options;
  options.arguments = {"/usr/bin/python3", "-c", std::move(script)};
  options.environment = {"PATH=/usr/bin:/bin"};
  options.before_exec = room.enter();
  const auto output = base::run_program(options, std::chrono::seconds(30));
  EXPECT_TRUE(output) << base::describe(output.error());
  return output.value_or(base::Output{});
}

TEST(Isolation, TheRoomHasNothingButTheListener) {
  // As in the program, where other threads run: to the child of a single-threaded one the thread sanitizer
  // adds a thread of its own, and a namespace of users admits no process that has several.
  const std::jthread other([](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  const Decoy decoy;
  auto room = NetworkRoom::make();
  ASSERT_TRUE(room) << base::describe(room.error());

  // The listener is reached from inside, and from inside only.
  const base::Output reached =
      in_room(*room, "import socket; s = socket.create_connection(('127.0.0.1', 5432), 5); print('reached')");
  EXPECT_EQ(reached.out, "reached\n") << reached.err;

  const base::Output elsewhere = in_room(*room,
                                         "import socket\n"
                                         "try: socket.create_connection(('192.0.2.1', 5432), 5)\n"
                                         "except OSError as e: print(e.strerror)\n");
  EXPECT_EQ(elsewhere.out, "Network is unreachable\n") << elsewhere.err;

  const base::Output hidden = in_room(*room,
                                      "import socket\n"
                                      "s = socket.socket(socket.AF_UNIX)\n"
                                      "try: s.connect('" +
                                          decoy.path.string() +
                                          "'); print('connected')\n"
                                          "except OSError as e: print('refused')\n");
  EXPECT_EQ(hidden.out, "refused\n") << hidden.err;

  // Who runs inside is who runs outside.
  const base::Output who = in_room(*room, "import os; print(os.getuid())");
  EXPECT_EQ(who.out, std::to_string(::getuid()) + "\n");
}

}  // namespace
}  // namespace windlass::run
