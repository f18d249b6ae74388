#include "runner/target/tar_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <optional>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

constexpr std::size_t block_size = 512;
constexpr std::uint64_t longest_text = 64U << 10U;

// Places and sizes of the fields of a header.
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field name_field{0, 100};
constexpr Field size_field{124, 12};
constexpr Field checksum_field{148, 8};
constexpr std::size_t type_at = 156;
constexpr Field magic_field{257, 5};
constexpr Field prefix_field{345, 155};

Fault damaged(const std::string& what) {
  return {ExitStatus::target_failed, "the archive that the machine sends is damaged: " + what};
}

std::string_view text_of(std::string_view block, Field field) {
  const auto text = block.substr(field.at, field.size);
  return text.substr(0, text.find('\0'));
}

std::optional<std::uint64_t> octal(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  text = text.substr(0, text.find_first_of(std::string_view(" \0", 2)));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> size_of(std::string_view block) {
  const auto text = block.substr(size_field.at, size_field.size);
  constexpr unsigned char binary = 0x80;
  if (static_cast<unsigned char>(text.front()) != binary) return octal(text);
  std::uint64_t value = 0;
  for (const char byte : text.substr(text.size() - sizeof value))
    value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

bool checksum_fits(std::string_view block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool inside = i >= checksum_field.at && i < checksum_field.at + checksum_field.size;
    sum += inside ? static_cast<unsigned char>(' ') : static_cast<unsigned char>(block[i]);
  }
  return octal(block.substr(checksum_field.at, checksum_field.size)) == sum;
}

/// Without "./" in front; nothing when it leads out of the folder.
std::optional<std::filesystem::path> safe_path(const std::string& text) {
  if (text.empty() || text.front() == '/') return std::nullopt;
  std::filesystem::path path;
  for (const auto& part : std::filesystem::path(text)) {
    if (part == "..") return std::nullopt;
    if (!part.empty() && part != ".") path /= part;
  }
  return path;
}

}  // namespace

TarReader::TarReader(std::filesystem::path destination, Root root) : destination_(std::move(destination)), root_(root) {
  if (root_ == Root::is_entry) return;
  std::error_code error;
  std::filesystem::create_directories(destination_, error);
  if (error)
    throw Fault(ExitStatus::target_failed, system_error_text("making " + destination_.string(), error.value()));
}

void TarReader::append(std::string_view bytes) {
  while (!bytes.empty() && state_ != State::ended) {
    if (left_ > 0) {
      const auto part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      take(part);
      left_ -= part.size();
      bytes.remove_prefix(part.size());
      if (left_ == 0) finish_entry();
    } else if (padding_ > 0) {
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(padding_, bytes.size()));
      padding_ -= part;
      bytes.remove_prefix(part);
    } else {
      bytes.remove_prefix(read_header(bytes));
    }
  }
}

std::size_t TarReader::read_header(std::string_view bytes) {
  const auto part = bytes.substr(0, block_size - block_.size());
  block_ += part;
  if (block_.size() < block_size) return part.size();
  const std::string block = std::exchange(block_, {});
  if (block.find_first_not_of('\0') == std::string::npos) {
    state_ = State::ended;
    return part.size();
  }
  if (!checksum_fits(block)) throw damaged("a header's checksum is wrong");
  auto size = size_of(block);
  if (!size) throw damaged("a file has no size");
  const char type = block[type_at];
  const bool of_next = type == 'x' || type == 'g' || type == 'L' || type == 'K';
  if (next_size_known_ && !of_next) size = next_size_;
  const bool has_content = type == '\0' || type == '0' || type == '7' || of_next;
  // Links and folders have a size in some archives, and never content.
  left_ = has_content || (type != '1' && type != '2' && type != '5') ? *size : 0;
  padding_ = (block_size - left_ % block_size) % block_size;
  // Also of what is left out: it has to be read.
  budget_.spend_entry();
  budget_.spend_bytes(left_);
  if (of_next) {
    if (left_ > longest_text) throw damaged("a name is too long");
    state_ = type == 'x' ? State::extended : type == 'L' ? State::long_name : State::skipped;
  } else {
    std::string path = std::exchange(next_path_, {});
    next_size_known_ = false;
    if (path.empty()) {
      path = text_of(block, name_field);
      const auto prefix = text_of(block, prefix_field);
      const bool has_prefix = block.compare(magic_field.at, magic_field.size + 1, std::string("ustar\0", 6)) == 0;
      if (has_prefix && !prefix.empty()) path = std::string(prefix) + "/" + path;
    }
    begin_entry(type, path);
  }
  if (left_ == 0) finish_entry();
  return part.size();
}

void TarReader::begin_entry(char type, const std::string& text) {
  state_ = State::skipped;
  auto path = safe_path(text);
  const bool folder = type == '5';
  if (path && !path->empty() && root_ == Root::is_entry) path = path->lexically_relative(*path->begin());
  if (!path || (!folder && type != '0' && type != '\0' && type != '7')) return;
  const auto place = path->empty() || *path == "." ? destination_ : destination_ / *path;
  std::error_code error;
  std::filesystem::create_directories(folder ? place : place.parent_path(), error);
  if (error) throw Fault(ExitStatus::target_failed, system_error_text("making " + place.string(), error.value()));
  if (folder) return;
  constexpr mode_t mode = 0644;
  // Nothing here was made by anybody else, and a second file of the same name takes the place of the first.
  file_ = FileDescriptor(::open(place.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file_.is_open()) throw Fault(ExitStatus::target_failed, system_error_text("writing " + place.string(), errno));
  state_ = State::file;
}

void TarReader::take(std::string_view bytes) {
  if (state_ == State::long_name || state_ == State::extended) text_ += bytes;
  if (state_ != State::file) return;
  if (const int error = write_all(file_.get(), bytes); error != 0)
    throw Fault(ExitStatus::target_failed, system_error_text("writing to " + destination_.string(), error));
}

void TarReader::finish_entry() {
  const std::string text = std::exchange(text_, {});
  if (state_ == State::long_name) next_path_ = text.substr(0, text.find('\0'));
  if (state_ == State::extended) {
    // "LENGTH KEY=VALUE\n", as often as it takes.
    for (std::string_view rest = text; !rest.empty();) {
      std::size_t length = 0;
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), length);
      const auto digits = static_cast<std::size_t>(end - rest.data());
      if (error != std::errc() || length <= digits + 1 || length > rest.size()) throw damaged("an extended header");
      const auto record = rest.substr(digits + 1, length - digits - 2);
      rest.remove_prefix(length);
      const auto equals = record.find('=');
      if (equals == std::string_view::npos) continue;
      const auto key = record.substr(0, equals);
      const auto value = record.substr(equals + 1);
      if (key == "path") next_path_ = value;
      if (key == "size") {
        const auto [size_end, size_error] = std::from_chars(value.data(), value.data() + value.size(), next_size_);
        if (size_error != std::errc() || size_end != value.data() + value.size()) throw damaged("a file has no size");
        next_size_known_ = true;
      }
    }
  }
  file_ = FileDescriptor();
  state_ = State::header;
}

}  // namespace ibtest
