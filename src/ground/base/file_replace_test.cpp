// What --output may be: files, links, pipes, sockets, terminals, devices. Nothing of the machine's own is written to.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include "base/file.h"

namespace jindo::base {
namespace {
namespace fs = std::filesystem;

class ReplaceFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path().string() + "/jindo-replace-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { (void)remove_all(folder_); }
  std::string at(const std::string& name) const { return folder_ + "/" + name; }
  static std::string content(const std::string& path) {
    auto text = read_file(path, 1 << 20);
    return text.ok() ? *text : "(" + text.error().message + ")";
  }
  static mode_t kind(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & S_IFMT : 0;
  }
  // Everything in the folder: no temporary file may stay.
  size_t files() const { return list_folder(folder_)->size(); }
  std::string folder_;
};

std::string all_of(int fd) {
  std::string out;
  char part[65536];
  ssize_t count = 0;
  while ((count = ::read(fd, part, sizeof part)) > 0) out.append(part, static_cast<size_t>(count));
  ::close(fd);
  return out;
}

TEST_F(ReplaceFile, ANewFileAndAnOldOne) {
  ASSERT_TRUE(replace_file(at("a"), "one").ok());
  EXPECT_EQ(content(at("a")), "one");
  ASSERT_TRUE(replace_file(at("a"), "").ok());
  EXPECT_EQ(content(at("a")), "");
  EXPECT_EQ(files(), 1u);
}

TEST_F(ReplaceFile, AFileNamedLikeTheTemporaryOneStays) {
  ASSERT_TRUE(replace_file(at("a.new"), "mine").ok());
  ASSERT_TRUE(replace_file(at("a"), "report").ok());
  EXPECT_EQ(content(at("a.new")), "mine");
  EXPECT_EQ(files(), 2u);
}

TEST_F(ReplaceFile, ALongNameHasRoomForItsTemporaryFile) {
  const std::string longest(255, 'n');
  ASSERT_TRUE(replace_file(at(longest), "x").ok());
  EXPECT_EQ(content(at(longest)), "x");
  EXPECT_FALSE(replace_file(at(longest + "n"), "x").ok());
  EXPECT_EQ(files(), 1u);
}

TEST_F(ReplaceFile, PermissionsAndOwnerAreKept) {
  ASSERT_TRUE(replace_file(at("a"), "one").ok());
  ASSERT_EQ(::chmod(at("a").c_str(), 0640), 0);
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::chown(at("a").c_str(), 1234, 2345), 0);
  }
  ASSERT_TRUE(replace_file(at("a"), "two").ok());
  struct stat info {};
  ASSERT_EQ(::stat(at("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
  if (root) {
    EXPECT_EQ(info.st_uid, 1234u);
    EXPECT_EQ(info.st_gid, 2345u);
  }
  EXPECT_EQ(content(at("a")), "two");
  const mode_t before = ::umask(027);
  const Status made = replace_file(at("b"), "new");
  ::umask(before);
  ASSERT_TRUE(made.ok());
  ASSERT_EQ(::stat(at("b").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
}

TEST_F(ReplaceFile, ALinkIsFollowedAndStays) {
  ASSERT_TRUE(make_folders(at("in")).ok());
  ASSERT_TRUE(replace_file(at("in/real"), "one").ok());
  fs::create_symlink("in/real", at("link"));
  fs::create_symlink(at("link"), at("link-to-link"));
  ASSERT_TRUE(replace_file(at("link-to-link"), "two").ok());
  EXPECT_EQ(content(at("in/real")), "two");
  EXPECT_EQ(kind(at("link")), static_cast<mode_t>(S_IFLNK));
  EXPECT_EQ(kind(at("link-to-link")), static_cast<mode_t>(S_IFLNK));
  EXPECT_EQ(kind(at("in/real")), static_cast<mode_t>(S_IFREG));
}

TEST_F(ReplaceFile, ADanglingLinkGetsItsTarget) {
  fs::create_symlink("not-there-yet", at("link"));
  ASSERT_TRUE(replace_file(at("link"), "made").ok());
  EXPECT_EQ(kind(at("link")), static_cast<mode_t>(S_IFLNK));
  EXPECT_EQ(content(at("not-there-yet")), "made");
  fs::create_symlink("no-folder/x", at("nowhere"));
  const Status none = replace_file(at("nowhere"), "x");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::kBadInput);
  EXPECT_EQ(kind(at("nowhere")), static_cast<mode_t>(S_IFLNK));
}

TEST_F(ReplaceFile, ACircleOfLinksIsAnError) {
  fs::create_symlink("b", at("a"));
  fs::create_symlink("a", at("b"));
  const Status circle = replace_file(at("a"), "x");
  ASSERT_FALSE(circle.ok());
  EXPECT_EQ(kind(at("a")), static_cast<mode_t>(S_IFLNK));
}

TEST_F(ReplaceFile, AFolderIsAnErrorThatSaysSo) {
  ASSERT_TRUE(make_folders(at("folder")).ok());
  fs::create_symlink("folder", at("link"));
  for (const std::string& path :
       {at("folder"), at("folder/"), at("link"), at("new/"), at("folder/."), std::string("/")}) {
    const Status status = replace_file(path, "x");
    ASSERT_FALSE(status.ok()) << path;
    EXPECT_EQ(status.error().kind, ErrorKind::kBadInput) << path;
    if (path != at("new/")) {
      EXPECT_NE(status.error().message.find("folder"), std::string::npos) << status.error().message;
    }
  }
  EXPECT_FALSE(replace_file("", "x").ok());
  EXPECT_EQ(files(), 2u);
}

TEST_F(ReplaceFile, APipeIsWrittenInto) {
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  fs::create_symlink("pipe", at("link"));
  const std::string large(300000, 'x');
  for (const char* name : {"pipe", "link"}) {
    std::string got;
    std::thread reader([&] { got = all_of(::open(at("pipe").c_str(), O_RDONLY)); });
    const Status written = replace_file(at(name), large);
    reader.join();
    ASSERT_TRUE(written.ok()) << written.error().message;
    EXPECT_EQ(got, large) << name;
    EXPECT_EQ(kind(at("pipe")), static_cast<mode_t>(S_IFIFO));
  }
  EXPECT_EQ(kind(at("link")), static_cast<mode_t>(S_IFLNK));
}

TEST_F(ReplaceFile, AReaderThatLeavesIsAnErrorNotASignal) {
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  std::thread reader([&] {
    const int fd = ::open(at("pipe").c_str(), O_RDONLY);
    char byte = 0;
    (void)!::read(fd, &byte, 1);
    ::close(fd);
  });
  const Status written = replace_file(at("pipe"), std::string(1 << 20, 'x'));
  reader.join();
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(kind(at("pipe")), static_cast<mode_t>(S_IFIFO));
}

TEST_F(ReplaceFile, ASocketIsWrittenInto) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = at("socket");
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(server, 1), 0);
  std::string got;
  std::thread reader([&] { got = all_of(::accept(server, nullptr, nullptr)); });
  const Status written = replace_file(path, "over the socket");
  reader.join();
  ::close(server);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(got, "over the socket");
  EXPECT_EQ(kind(path), static_cast<mode_t>(S_IFSOCK));
  EXPECT_FALSE(replace_file(path, "nobody listens").ok());
  EXPECT_EQ(kind(path), static_cast<mode_t>(S_IFSOCK));
}

TEST_F(ReplaceFile, ATerminalIsWrittenInto) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(master, 0);
  ASSERT_EQ(::grantpt(master), 0);
  ASSERT_EQ(::unlockpt(master), 0);
  const std::string terminal = ::ptsname(master);
  fs::create_symlink(terminal, at("link"));
  const int kept_open = ::open(terminal.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_TRUE(replace_file(at("link"), "shown").ok());
  char seen[6] = {};
  ASSERT_EQ(::read(master, seen, 5), 5);
  EXPECT_STREQ(seen, "shown");
  EXPECT_EQ(kind(terminal), static_cast<mode_t>(S_IFCHR));
  ::close(kept_open);
  ::close(master);
}

// The machine's own /dev/null is not touched: a node of the same numbers in the test's folder is.
TEST_F(ReplaceFile, ADeviceIsWrittenIntoAndStays) {
  const auto make = [&](const char* name, unsigned minor) {
    return ::mknod(at(name).c_str(), S_IFCHR | 0666, ::makedev(1, minor)) == 0 && ::access(at(name).c_str(), W_OK) == 0;
  };
  if (!make("null", 3) || !make("full", 7)) GTEST_SKIP() << "device nodes cannot be made here";
  const int usable = ::open(at("null").c_str(), O_WRONLY | O_CLOEXEC);
  if (usable < 0) GTEST_SKIP() << "devices cannot be opened in this folder";
  ::close(usable);
  fs::create_symlink("null", at("link"));
  EXPECT_TRUE(replace_file(at("null"), "gone").ok());
  EXPECT_TRUE(replace_file(at("link"), "gone").ok());
  EXPECT_EQ(kind(at("null")), static_cast<mode_t>(S_IFCHR));
  const Status full = replace_file(at("full"), "no room");
  ASSERT_FALSE(full.ok());
  EXPECT_NE(full.error().message.find("No space left"), std::string::npos) << full.error().message;
  EXPECT_EQ(kind(at("full")), static_cast<mode_t>(S_IFCHR));
  EXPECT_EQ(files(), 3u);
}

// /dev/stdout and its like: what is open is written to, behind what was written before, whatever it is.
TEST_F(ReplaceFile, ADescriptorOfOnesOwnIsWrittenTo) {
  const int fd = ::open(at("log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ASSERT_EQ(::write(fd, "before ", 7), 7);
  for (const char* folder : {"/dev/fd/", "/proc/self/fd/"})
    ASSERT_TRUE(replace_file(folder + std::to_string(fd), "and ").ok()) << folder;
  fs::create_symlink("/proc/self/fd/" + std::to_string(fd), at("link"));
  ASSERT_TRUE(replace_file(at("link"), "after").ok());
  ::close(fd);
  EXPECT_EQ(content(at("log")), "before and and after");
  EXPECT_FALSE(replace_file("/proc/self/fd/" + std::to_string(fd), "closed").ok());
}

TEST_F(ReplaceFile, WhatAKilledWriterLeftIsRemovedAndNothingElse) {
  for (const char* name : {".COMMIT.new-77-1", ".other.new-77-1", "COMMIT.new", ".COMMIT.new-mine", "x.new-7-1"})
    ASSERT_TRUE(replace_file(at(name), "").ok());
  ASSERT_TRUE(remove_unfinished(folder_, "COMMIT").ok());
  EXPECT_FALSE(exists(at(".COMMIT.new-77-1")));
  EXPECT_EQ(files(), 4u);
  ASSERT_TRUE(remove_unfinished(folder_).ok());
  EXPECT_FALSE(exists(at(".other.new-77-1")));
  EXPECT_EQ(files(), 3u);
  EXPECT_TRUE(remove_unfinished(at("no folder")).ok());
}
}  // namespace
}  // namespace jindo::base
