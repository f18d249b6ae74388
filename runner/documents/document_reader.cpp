#include "runner/documents/document_reader.hpp"

#include <fmt/format.h>

#include "actions/inputs/s3_location.hpp"
#include "agent/document/yaml_tree.hpp"
#include "agent/protocol/fault.hpp"
#include "runner/documents/text_file.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t binary_probe = 8192;

/// Keeps what an object holds.
class ObjectText final : public ExchangeStream {
 public:
  ObjectText(std::size_t limit, const DocumentReader::IsCancelled& is_cancelled)
      : limit_(limit), is_cancelled_(is_cancelled) {}

  void send(std::string_view bytes) override {
    if (cancelled()) throw ExchangeCancelled{};
    if (text.size() + bytes.size() > limit_)
      throw ExchangeFailure(fmt::format("the object is larger than {} bytes", limit_));
    text += bytes;
  }
  [[nodiscard]] std::optional<std::string> receive() override { return std::nullopt; }
  [[nodiscard]] bool cancelled() const override { return is_cancelled_ && is_cancelled_(); }

  std::string text;

 private:
  std::size_t limit_;
  const DocumentReader::IsCancelled& is_cancelled_;
};

std::shared_ptr<const SourceText> checked_source(const std::string& name, std::string text) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw Fault(ExitStatus::not_runnable, name + ": the file is empty",
                "a component document has at least schemaVersion and phases");
  if (text.substr(0, binary_probe).find('\0') != std::string::npos)
    throw Fault(ExitStatus::not_runnable, name + ": this is a binary file", "a component document is YAML text");
  return std::make_shared<const SourceText>(name, std::move(text));
}

ReadDocument read_file_as(const std::string& name, const fs::path& file) {
  std::error_code ignored;
  return {checked_source(name, read_text_file(file.string(), YamlBudget{}.bytes)), fs::absolute(file, ignored)};
}

}  // namespace

std::optional<fs::path> find_document_file(const DocumentRequest& request) {
  if (request.location.empty() || looks_like_s3_uri(request.location) || looks_like_arn(request.location))
    return std::nullopt;
  std::error_code ignored;
  for (const fs::path& file : {request.calling_folder / request.location, fs::path(request.location)}) {
    if (fs::exists(file, ignored) && !fs::is_directory(file, ignored)) return file;
  }
  return std::nullopt;
}

std::string ReadDocument::location() const {
  if (file.empty()) return source->name();
  std::error_code error;
  const fs::path canonical = fs::canonical(file, error);
  return error ? file.lexically_normal().string() : canonical.string();
}

ReadDocument DocumentReader::read(const DocumentRequest& request, const IsCancelled& is_cancelled) const {
  const std::string& location = request.location;
  constexpr std::size_t limit = YamlBudget{}.bytes;
  if (location.empty())
    throw Fault(ExitStatus::not_runnable, "a document's location is empty", "give a path, an S3 URI or an ARN");
  if (looks_like_s3_uri(location)) {
    ReadDocument document{
        checked_source(location, read_s3_text(s3_, location, request.bucket_owner, limit, is_cancelled))};
    document.warning = s3_.owner_warning({parse_s3_location(location).bucket, {}, request.bucket_owner});
    return document;
  }
  if (looks_like_arn(location)) return read_file_as(location, components_.find(parse_component_arn(location)));
  return read_document_file(request);
}

ReadDocument read_document_file(const DocumentRequest& request) {
  // A path that leads nowhere is read all the same: that says what is wrong with it.
  return read_file_as(request.location, find_document_file(request).value_or(request.location));
}

std::string read_s3_text(S3Store& s3, const std::string& uri, const std::string& bucket_owner, std::size_t limit,
                         const DocumentReader::IsCancelled& is_cancelled) {
  const S3Location location = parse_s3_location(uri);
  if (!location.error.empty()) throw Fault(ExitStatus::not_runnable, fmt::format("{}: {}", uri, location.error));
  if (location.key.empty() || location.key.ends_with('/'))
    throw Fault(ExitStatus::not_runnable, fmt::format("{}: the key is missing", uri),
                "name one object: s3://bucket/key");
  ObjectText object(limit, is_cancelled);
  try {
    static_cast<void>(s3.get({location.bucket, location.key, bucket_owner}, object));
  } catch (const ExchangeFailure& failure) {
    throw Fault(ExitStatus::not_runnable, fmt::format("reading {}: {}", uri, failure.what()));
  }
  return std::move(object.text);
}

}  // namespace ibtest
